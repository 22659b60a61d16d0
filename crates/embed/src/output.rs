//! The standard output and standard error of instances, as lines of the log.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use crate::log::{ComponentLog, LogSource};

/// A longer line is split, so that a component cannot make the host buffer without bound.
const MAX_LINE_BYTES: usize = 16 << 10;

/// The standard output or error of one instance. All streams that the guest opens on it share one line buffer.
#[derive(Clone)]
pub(crate) struct GuestOutput(Arc<Mutex<LineBuffer>>);

struct LineBuffer {
    log: ComponentLog,
    source: LogSource,
    pending: Vec<u8>,
}

impl GuestOutput {
    pub(crate) fn new(log: ComponentLog, source: LogSource) -> Self {
        Self(Arc::new(Mutex::new(LineBuffer {
            log,
            source,
            pending: Vec::new(),
        })))
    }

    fn push(&self, bytes: &[u8]) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(bytes);
    }
}

impl LineBuffer {
    fn push(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
            self.pending.extend_from_slice(line);
            self.emit();
            bytes = rest.get(1..).unwrap_or_default();
        }
        for part in bytes.chunks(MAX_LINE_BYTES) {
            if self.pending.len() + part.len() > MAX_LINE_BYTES {
                self.emit();
            }
            self.pending.extend_from_slice(part);
        }
    }

    fn emit(&mut self) {
        self.log
            .line(self.source, &String::from_utf8_lossy(&self.pending));
        self.pending.clear();
    }
}

impl Drop for LineBuffer {
    fn drop(&mut self) {
        if !self.pending.is_empty() {
            self.emit();
        }
    }
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for GuestOutput {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.push(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for GuestOutput {
    async fn ready(&mut self) {}
}

impl OutputStream for GuestOutput {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MAX_LINE_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::MemoryLog;

    #[test]
    fn output_is_split_into_lines_of_bounded_length() {
        let memory = MemoryLog::new();
        let log = ComponentLog {
            component: "c".into(),
            sink: Arc::new(memory.clone()),
        };
        let output = GuestOutput::new(log, LogSource::Stdout);
        output.push(b"one\ntw");
        output.push(b"o\n");
        output.push(&[b'x'; MAX_LINE_BYTES + 1]);
        drop(output);
        let lines = memory.lines();
        assert_eq!(lines[..2], ["c: one", "c: two"]);
        assert_eq!(lines[2].len(), "c: ".len() + MAX_LINE_BYTES);
        assert_eq!(lines[3], "c: x");
    }
}
