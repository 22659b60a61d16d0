//! What a request, an instance and the whole server may use.

use std::time::Duration;

/// Bounds that hold for every component of an application.
///
/// ```
/// let limits = tokportal_embed::Limits { memory_bytes: 64 << 20, ..Default::default() };
/// ```
#[derive(Debug, Clone)]
pub struct Limits {
    /// Linear memory of one instance, in bytes. Beyond it `memory.grow` fails, which traps most guests. 128 MiB.
    pub memory_bytes: usize,
    /// Wall time from the arrival of a request until its response has been sent; then 504, or the end of the stream.
    /// It also ends endless loops. 60 s.
    pub request_time: Duration,
    /// Bytes of a request body; more is 413. 16 MiB.
    pub request_body_bytes: u64,
    /// Bytes of the request line and all header fields of a request; more is 431. 64 KiB, at least 8 KiB.
    pub request_header_bytes: usize,
    /// How long a client may take to send the header of a request, and how long a connection may be idle. 30 s.
    pub header_read_time: Duration,
    /// Requests that one instance works on at the same time. 16; always 1 for WASI p2 components.
    pub requests_at_once: usize,
    /// Requests after which an instance is replaced. 128; always 1 for WASI p2 components.
    pub requests_per_instance: usize,
    /// How long an instance without requests is kept. 5 s.
    pub idle_time: Duration,
    /// Requests from outside that are worked on at the same time; more wait for their turn. 512.
    pub requests_in_flight: usize,
    /// Requests between components that are under way at the same time; more are refused, so that components that call
    /// each other in a circle come to an end. 512.
    pub chained_in_flight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 128 << 20,
            request_time: Duration::from_secs(60),
            request_body_bytes: 16 << 20,
            request_header_bytes: 64 << 10,
            header_read_time: Duration::from_secs(30),
            requests_at_once: 16,
            requests_per_instance: 128,
            idle_time: Duration::from_secs(5),
            requests_in_flight: 512,
            chained_in_flight: 512,
        }
    }
}
