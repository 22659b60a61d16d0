//! Bodies that bound other bodies: their size, their time, and what happens to an unread rest.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};
use wasmtime_wasi_http::{Error, WasiBody};

/// The error of any body.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A complete body.
pub(crate) fn full(bytes: impl Into<Bytes>) -> WasiBody {
    Full::new(bytes.into()).map_err(Error::from).boxed_unsync()
}

/// A request body of at most `left` bytes. A longer one ends with an error and sets `exceeded`.
pub(crate) struct LimitedBody<B> {
    pub(crate) inner: B,
    pub(crate) left: u64,
    pub(crate) exceeded: Arc<AtomicBool>,
}

impl<B> Body for LimitedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = match std::task::ready!(Pin::new(&mut self.inner).poll_frame(cx)) {
            None => return Poll::Ready(None),
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                let message = error.into().to_string();
                return Poll::Ready(Some(Err(Error::InternalError(Some(message)))));
            }
        };
        let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Poll::Ready(Some(Ok(frame)))
            }
            None => {
                self.exceeded.store(true, Ordering::Relaxed);
                Poll::Ready(Some(Err(Error::HttpRequestBodySize(None))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A body that must end by a deadline, or must not pause for longer than a given time.
pub(crate) struct TimedBody {
    inner: WasiBody,
    timer: Pin<Box<Sleep>>,
    between: Option<Duration>,
}

impl TimedBody {
    /// A body that must end by `deadline`.
    pub(crate) fn until(inner: WasiBody, deadline: Instant) -> Self {
        Self {
            inner,
            timer: Box::pin(tokio::time::sleep_until(deadline)),
            between: None,
        }
    }

    /// A body that may pause for `between` at most.
    pub(crate) fn between(inner: WasiBody, between: Duration) -> Self {
        Self {
            inner,
            timer: Box::pin(tokio::time::sleep(between)),
            between: Some(between),
        }
    }
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            if let Some(between) = self.between {
                self.timer.as_mut().reset(Instant::now() + between);
            }
            return Poll::Ready(frame);
        }
        std::task::ready!(self.timer.as_mut().poll(cx));
        Poll::Ready(Some(Err(match self.between {
            Some(_) => Error::ConnectionReadTimeout,
            None => Error::HttpResponseTimeout,
        })))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The body of a request from the network.
///
/// A component may respond without reading it. If the host then closed the connection with data unread, TCP would reset
/// it and the client could lose the response. So the rest is read and discarded in the background, within bounds.
pub(crate) struct ClientBody(Option<Incoming>);

/// Bytes that are read and discarded after the response.
const DRAIN_BYTES: usize = 32 << 20;
/// How long reading the rest may take.
const DRAIN_TIME: Duration = Duration::from_secs(5);

impl ClientBody {
    pub(crate) fn new(incoming: Incoming) -> Self {
        Self(Some(incoming))
    }
}

impl Body for ClientBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        match &mut self.0 {
            Some(incoming) => Pin::new(incoming).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0
            .as_ref()
            .map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for ClientBody {
    fn drop(&mut self) {
        let Some(mut incoming) = self.0.take().filter(|incoming| !incoming.is_end_stream()) else {
            return;
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            let drain = async {
                let mut left = DRAIN_BYTES;
                while let Some(Ok(frame)) = incoming.frame().await {
                    let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len))
                    else {
                        break;
                    };
                    left = rest;
                }
            };
            // After a timeout the connection closes too, so the result does not matter.
            let _ = tokio::time::timeout(DRAIN_TIME, drain).await;
        });
    }
}
