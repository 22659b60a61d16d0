//! Where the output of components and the messages of the host go.

use std::io::Write as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// A line longer than this is cut in two, so that a component cannot make the host buffer without end.
const MAX_LINE_BYTES: usize = 16 << 10;

/// One line for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// The component's id; empty for messages about the whole application.
    pub component: &'a str,
    /// Who says it.
    pub source: LogSource,
    /// The line, without its end.
    pub text: &'a str,
}

/// Who wrote a line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogSource {
    /// The component, on its standard output.
    Stdout,
    /// The component, on its standard error.
    Stderr,
    /// The host: a trap, a refused host, a limit.
    Host,
}

/// Takes the lines of the log. Called from many threads at once.
pub trait LogSink: Send + Sync + 'static {
    /// Takes one line. It must not block for long.
    fn line(&self, line: LogLine<'_>);
}

impl<F: Fn(LogLine<'_>) + Send + Sync + 'static> LogSink for F {
    fn line(&self, line: LogLine<'_>) {
        self(line);
    }
}

/// Writes every line to standard error: the default. Lines of a component come after its id, those of the host after
/// `host` and the component they are about.
#[derive(Debug, Clone, Copy, Default)]
pub struct StderrLog;

impl LogSink for StderrLog {
    fn line(&self, line: LogLine<'_>) {
        // A component must not move the cursor of somebody's terminal.
        let text = line
            .text
            .replace(|c: char| c.is_control() && c != '\t', "\u{fffd}");
        let mut out = std::io::stderr().lock();
        // Nobody can be told when standard error is gone.
        let _ = match (line.source, line.component) {
            (LogSource::Host, "") => writeln!(out, "[host] {text}"),
            (LogSource::Host, component) => writeln!(out, "[host] {component}: {text}"),
            (_, component) => writeln!(out, "[{component}] {text}"),
        };
    }
}

/// Keeps every line in memory, for tests. Clones share the lines.
#[derive(Debug, Clone, Default)]
pub struct MemoryLog {
    lines: Arc<Mutex<Vec<String>>>,
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// All lines so far, each as `component: text`.
    pub fn lines(&self) -> Vec<String> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether a line contains `text`.
    pub fn contains(&self, text: &str) -> bool {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(|line| line.contains(text))
    }
}

impl LogSink for MemoryLog {
    fn line(&self, line: LogLine<'_>) {
        let text = format!("{}: {}", line.component, line.text);
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text);
    }
}

/// The sink with the name of one component.
#[derive(Clone)]
pub(crate) struct ComponentLog {
    pub(crate) component: Arc<str>,
    pub(crate) sink: Arc<dyn LogSink>,
}

impl ComponentLog {
    pub(crate) fn host(&self, text: &str) {
        self.line(LogSource::Host, text);
    }

    fn line(&self, source: LogSource, text: &str) {
        self.sink.line(LogLine {
            component: &self.component,
            source,
            text,
        });
    }
}

/// The standard output or error of one instance. All streams the guest opens on it share one line buffer.
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
            self.pending.extend_from_slice(&bytes[..end]);
            self.emit();
            bytes = &bytes[end + 1..];
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

    #[test]
    fn lines_are_joined_split_and_bounded() {
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
