//! The body of a request on its way to a component: its beginning is read before the request gets a turn, its size is
//! bounded, and a failure is remembered for the response.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use wasmtime_wasi_http::Error;

use crate::body::{BoxError, TooSlow};
use crate::queue::Kind;

/// Bytes that are read before the request gets a turn. Most bodies end within them.
const READ_AHEAD: u64 = 64 << 10;

/// Why a request has no complete body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFailure {
    /// It is larger than the limit.
    TooLarge,
    /// The client made the host wait for too long.
    TooSlow,
    /// The client disconnected, or sent invalid framing.
    Broken,
}

/// Why the body failed while a component read it, for the host, whose response says it better.
pub(crate) type FailureSlot = Arc<OnceLock<BodyFailure>>;

pub(crate) struct RequestBody<B> {
    read: VecDeque<Frame<Bytes>>,
    /// What has yet to arrive.
    rest: Option<Pin<Box<B>>>,
    /// Bytes that the rest may have.
    left: u64,
    failure: FailureSlot,
}

/// Takes a body of at most `limit` bytes and reads its beginning.
///
/// # Errors
/// [`BodyFailure`], if it shows in the beginning.
pub(crate) async fn receive<B>(
    body: B,
    limit: u64,
) -> Result<(RequestBody<B>, Kind, FailureSlot), BodyFailure>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let announced = body.size_hint().lower();
    if announced > limit {
        return Err(BodyFailure::TooLarge);
    }
    let failure = FailureSlot::default();
    let mut body = RequestBody {
        read: VecDeque::new(),
        rest: (!body.is_end_stream()).then(|| Box::pin(body)),
        left: limit,
        failure: Arc::clone(&failure),
    };
    if announced <= READ_AHEAD {
        while limit - body.left <= READ_AHEAD {
            match poll_fn(|cx| body.poll_rest(cx)).await {
                None => return Ok((body, Kind::Complete, failure)),
                Some(Ok(frame)) => body.read.push_back(frame),
                Some(Err(failure)) => return Err(failure),
            }
        }
    }
    Ok((body, Kind::Upload, failure))
}

impl<B> RequestBody<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    fn poll_rest(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFailure>>> {
        let Some(rest) = &mut self.rest else {
            return Poll::Ready(None);
        };
        let frame = match std::task::ready!(rest.as_mut().poll_frame(cx)) {
            None => {
                self.rest = None;
                return Poll::Ready(None);
            }
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                let failure = if error.into().is::<TooSlow>() {
                    BodyFailure::TooSlow
                } else {
                    BodyFailure::Broken
                };
                return Poll::Ready(Some(Err(failure)));
            }
        };
        let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
        Poll::Ready(Some(match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(frame)
            }
            None => Err(BodyFailure::TooLarge),
        }))
    }
}

impl<B> Body for RequestBody<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(frame) = self.read.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        let frame = std::task::ready!(self.poll_rest(cx));
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|failure| {
                // Only the first failure counts.
                let _ = self.failure.set(failure);
                match failure {
                    BodyFailure::TooLarge => Error::HttpRequestBodySize(None),
                    BodyFailure::TooSlow => Error::ConnectionReadTimeout,
                    BodyFailure::Broken => Error::ConnectionTerminated,
                }
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && self.rest.as_ref().is_none_or(|rest| rest.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let read: u64 = self
            .read
            .iter()
            .filter_map(|frame| frame.data_ref())
            .map(|data| data.len() as u64)
            .sum();
        let rest = self
            .rest
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), |rest| rest.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint
    }
}
