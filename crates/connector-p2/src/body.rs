//! Bodies of `wasi:http`, read up to a limit and written whole.

use crate::wait::Registration;
use std::future::poll_fn;
use std::task::Poll;
use wasi::http::types::{IncomingBody, OutgoingBody};
use wasi::io::streams::{InputStream, OutputStream, StreamError};

const CHUNK: u64 = 64 * 1024;

/// The body broke off, or its stream is in use.
pub(crate) struct Broken;

/// A body that is being read. The fields are dropped in this order, each before the resource that it belongs to.
pub(crate) struct Reader {
    registration: Registration,
    stream: InputStream,
    _body: IncomingBody,
}

impl Reader {
    pub(crate) fn new(body: IncomingBody) -> Result<Self, Broken> {
        Ok(Self {
            registration: Registration::default(),
            stream: body.stream().map_err(|()| Broken)?,
            _body: body,
        })
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        let Self {
            registration,
            stream,
            ..
        } = self;
        poll_fn(|context| match stream.read(CHUNK) {
            Ok(bytes) if bytes.is_empty() => registration.wait_for(stream.subscribe(), context),
            Ok(bytes) => Poll::Ready(Ok(Some(bytes))),
            Err(StreamError::Closed) => Poll::Ready(Ok(None)),
            Err(StreamError::LastOperationFailed(_)) => Poll::Ready(Err(Broken)),
        })
        .await
    }
}

/// Writes a whole body and finishes it. If the reader has gone, the rest is dropped.
pub(crate) async fn write(body: OutgoingBody, bytes: &[u8]) -> Result<(), Broken> {
    if !bytes.is_empty() {
        let mut writer = Writer {
            registration: Registration::default(),
            stream: body.write().map_err(|()| Broken)?,
        };
        writer.write(bytes).await?;
    }
    OutgoingBody::finish(body, None).map_err(|_| Broken)
}

struct Writer {
    registration: Registration,
    stream: OutputStream,
}

impl Writer {
    async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        let Self {
            registration,
            stream,
        } = self;
        poll_fn(|context| {
            while !bytes.is_empty() {
                let room = match stream.check_write() {
                    Ok(0) => return registration.wait_for(stream.subscribe(), context),
                    Ok(room) => usize::try_from(room).unwrap_or(usize::MAX),
                    Err(_) => return Poll::Ready(Err(Broken)),
                };
                let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
                if stream.write(now).is_err() {
                    return Poll::Ready(Err(Broken));
                }
                bytes = later;
            }
            Poll::Ready(Ok(()))
        })
        .await
    }
}
