//! Complete bodies, and bodies that bound the time of others.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Full};
use tokio::time::{Instant, Sleep};
use wasmtime_wasi_http::{Error, WasiBody};

/// The error of any body.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A complete body.
pub(crate) fn full(bytes: impl Into<Bytes>) -> WasiBody {
    Full::new(bytes.into()).map_err(Error::from).boxed_unsync()
}

/// The error of a body whose client makes the host wait for too long.
#[derive(Debug)]
pub(crate) struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client sends its body too slowly")
    }
}

impl std::error::Error for TooSlow {}

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
