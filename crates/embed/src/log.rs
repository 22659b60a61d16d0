//! The log: the output of components and the messages of the host.

use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// One line for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// The component's id; empty for messages about the whole application.
    pub component: &'a str,
    /// Who wrote it.
    pub source: LogSource,
    /// The line, without its line feed.
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

/// Receives the lines of the log, from many threads at once.
pub trait LogSink: Send + Sync + 'static {
    /// Receives one line. The call must not block for long.
    fn line(&self, line: LogLine<'_>);
}

impl<F: Fn(LogLine<'_>) + Send + Sync + 'static> LogSink for F {
    fn line(&self, line: LogLine<'_>) {
        self(line);
    }
}

/// Writes every line to standard error; the default sink.
///
/// A line of a component starts with `[<id>]`, a line of the host with `[host]` and the id of the component that it is
/// about.
#[derive(Debug, Clone, Copy, Default)]
pub struct StderrLog;

impl LogSink for StderrLog {
    fn line(&self, line: LogLine<'_>) {
        // Control characters could move the cursor of the operator's terminal.
        let text = line
            .text
            .replace(|c: char| c.is_control() && c != '\t', "\u{fffd}");
        let line = match (line.source, line.component) {
            (LogSource::Host, "") => format!("[host] {text}\n"),
            (LogSource::Host, component) => format!("[host] {component}: {text}\n"),
            (_, component) => format!("[{component}] {text}\n"),
        };
        // Standard error has no buffer: the line is one call of the system instead of one for each part. If it is
        // closed, there is no other place to report that.
        let _ = std::io::stderr().write_all(line.as_bytes());
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

    /// All lines so far, each as `<component>: <text>`.
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

/// The log of one component, or of the application if the id is empty.
#[derive(Clone)]
pub(crate) struct ComponentLog {
    pub(crate) component: Arc<str>,
    pub(crate) sink: Arc<dyn LogSink>,
}

impl ComponentLog {
    /// Writes a message of the host.
    pub(crate) fn host(&self, text: &str) {
        self.line(LogSource::Host, text);
    }

    pub(crate) fn line(&self, source: LogSource, text: &str) {
        self.sink.line(LogLine {
            component: &self.component,
            source,
            text,
        });
    }
}
