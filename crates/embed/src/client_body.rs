//! The body of a request from the network.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::Semaphore;

use crate::body::{BoxError, TooSlow};
use crate::pace::Pace;

/// Bytes that are read and discarded after the response.
const DRAIN_BYTES: usize = 32 << 20;
/// How long reading the rest may take.
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// The body of a request from the network. It ends with [`TooSlow`] if the client makes the host wait for too long.
///
/// A component may respond without reading it. If the host then closed the connection with data unread, TCP would reset
/// it and the client could lose the response. So the rest is read and discarded in the background, within bounds.
pub(crate) struct ClientBody {
    incoming: Option<Incoming>,
    pace: Pace,
    /// A permit for each body that is being discarded.
    drains: Arc<Semaphore>,
}

impl ClientBody {
    pub(crate) fn new(incoming: Incoming, time: Duration, drains: &Arc<Semaphore>) -> Self {
        Self {
            incoming: Some(incoming),
            pace: Pace::new(time),
            drains: Arc::clone(drains),
        }
    }
}

impl Body for ClientBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(incoming) = &mut self.incoming else {
            return Poll::Ready(None);
        };
        match Pin::new(incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.pace.moved(frame.data_ref().map_or(0, Bytes::len));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(end) => Poll::Ready(end.map(|error| error.map_err(BoxError::from))),
            Poll::Pending => {
                std::task::ready!(self.pace.poll_too_slow(cx));
                // The client would be as slow with what is to be discarded.
                self.incoming = None;
                Poll::Ready(Some(Err(TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming
            .as_ref()
            .map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for ClientBody {
    fn drop(&mut self) {
        let rest = self.incoming.take();
        let Some(mut incoming) = rest.filter(|incoming| !incoming.is_end_stream()) else {
            return;
        };
        let (Ok(permit), Ok(runtime)) = (
            Arc::clone(&self.drains).try_acquire_owned(),
            tokio::runtime::Handle::try_current(),
        ) else {
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
            drop(permit);
        });
    }
}
