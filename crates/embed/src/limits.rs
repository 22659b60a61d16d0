//! The limits of a request, of an instance and of the whole server.

use std::time::Duration;

/// Limits of an application. Each field names its default.
///
/// ```
/// let limits = tokportal_embed::Limits { memory_bytes: 64 << 20, ..Default::default() };
/// ```
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of linear memory per instance. Beyond it `memory.grow` fails, which makes most guests trap. 128 MiB.
    pub memory_bytes: usize,
    /// Time from the arrival of a request until its response has been sent. Afterwards the response is 504, or its body
    /// ends with an error. The limit also ends endless loops. 60 s.
    pub request_time: Duration,
    /// Bytes of a request body. The response to a larger one is 413. 16 MiB.
    pub request_body_bytes: u64,
    /// Bytes of the request line and all header fields. The response to larger ones is 431. 64 KiB, at least 8 KiB.
    pub request_header_bytes: usize,
    /// Time for a client to send the header of a request, and for a connection to be idle. 30 s.
    pub header_read_time: Duration,
    /// How long the host waits for a client to send 8 KiB of a request body, or what is left of it. The response to a
    /// slower one is 408. 5 s.
    pub body_read_time: Duration,
    /// How long the host waits for a client to take 8 KiB of a response. A slower one is disconnected. 30 s.
    pub response_write_time: Duration,
    /// Open connections of a server. The response to further ones is 503. 1024.
    pub connections: usize,
    /// Open connections of one IPv4 address or one IPv6 /64 network. The response to further ones is 503. Behind a reverse
    /// proxy all connections come from the proxy. 256.
    pub connections_per_address: usize,
    /// Requests that one instance handles at the same time. 16; always 1 for WASI p2 components.
    pub requests_at_once: usize,
    /// Requests after which an instance is replaced. 1024; always 1 for WASI p2 components.
    pub requests_per_instance: usize,
    /// Time after which an instance without requests is dropped. 5 s.
    pub idle_time: Duration,
    /// Requests from outside that are in flight at the same time. Further ones wait for [`Limits::queue_time`]. 512.
    pub requests_in_flight: usize,
    /// The same for requests with a body of more than 64 KiB, which a component may start to handle before the client has
    /// sent all of it. 64.
    pub uploads_in_flight: usize,
    /// How long a request waits for its turn. Afterwards the response is 503 with `Retry-After`. 5 s.
    pub queue_time: Duration,
    /// Requests between components that are in flight at the same time. Further ones are refused, which ends a loop of
    /// components that call each other. 512.
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
            body_read_time: Duration::from_secs(5),
            response_write_time: Duration::from_secs(30),
            connections: 1024,
            connections_per_address: 256,
            requests_at_once: 16,
            requests_per_instance: 1024,
            idle_time: Duration::from_secs(5),
            requests_in_flight: 512,
            uploads_in_flight: 64,
            queue_time: Duration::from_secs(5),
            chained_in_flight: 512,
        }
    }
}
