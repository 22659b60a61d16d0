//! The socket of a connection from a client.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::sync::Semaphore;

use crate::pace::Pace;

/// Bytes that are read and discarded after the host has refused a request.
const LINGER_BYTES: u64 = 1 << 20;
/// How long that may take.
const LINGER_TIME: Duration = Duration::from_secs(1);

/// What a socket must offer.
pub trait Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Socket for S {}

/// A socket that fails if the client does not take what the host writes.
///
/// After a refusal, what the client still sends is discarded for a moment. If the host closed the socket with data unread,
/// TCP would reset it, and the client could lose the response.
pub(crate) struct ClientStream<S: Socket> {
    socket: Option<S>,
    pace: Pace,
    refused: Arc<AtomicBool>,
    /// A permit for each connection that is being discarded.
    drains: Arc<Semaphore>,
}

impl<S: Socket> ClientStream<S> {
    pub(crate) fn new(socket: S, write_time: Duration, drains: &Arc<Semaphore>) -> Self {
        Self {
            socket: Some(socket),
            pace: Pace::new(write_time),
            refused: Arc::default(),
            drains: Arc::clone(drains),
        }
    }

    /// Set it when the host has refused a request and will read no further.
    pub(crate) fn refused(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.refused)
    }

    /// The socket, which is there until the stream is dropped.
    fn socket(&mut self) -> io::Result<Pin<&mut S>> {
        let socket = self.socket.as_mut().map(Pin::new);
        socket.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    fn written(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match result {
            Poll::Ready(Ok(bytes)) => self.pace.moved(bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                std::task::ready!(self.pace.poll_too_slow(cx));
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        result
    }
}

impl<S: Socket> AsyncRead for ClientStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.socket()?.poll_read(cx, buffer)
    }
}

impl<S: Socket> AsyncWrite for ClientStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = self.socket()?.poll_write(cx, bytes);
        self.written(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = self.socket()?.poll_write_vectored(cx, slices);
        self.written(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.as_ref().is_some_and(S::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket()?.poll_shutdown(cx)
    }
}

impl<S: Socket> Drop for ClientStream<S> {
    fn drop(&mut self) {
        if let Some(socket) = self.socket.take()
            && self.refused.load(Ordering::Relaxed)
        {
            linger(socket, Vec::new(), &self.drains);
        }
    }
}

/// Writes the last bytes to a client, then discards for a moment what it sends, and closes the socket. If too many
/// sockets are being closed so, it is closed at once.
pub(crate) fn linger(mut socket: impl Socket, last: Vec<u8>, drains: &Arc<Semaphore>) {
    let (Ok(permit), Ok(runtime)) = (
        Arc::clone(drains).try_acquire_owned(),
        tokio::runtime::Handle::try_current(),
    ) else {
        return;
    };
    runtime.spawn(async move {
        let close = async {
            socket.write_all(&last).await?;
            socket.shutdown().await?;
            tokio::io::copy(&mut socket.take(LINGER_BYTES), &mut tokio::io::sink()).await
        };
        // The socket closes in any case.
        let _ = tokio::time::timeout(LINGER_TIME, close).await;
        drop(permit);
    });
}
