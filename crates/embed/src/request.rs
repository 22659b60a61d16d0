//! What the host adds to a request: an id for the log and an absolute URI.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use http::uri::Authority;
use http::{Request, Uri, Version, header};

/// Identifies a request in the log.
#[derive(Clone)]
pub(crate) struct RequestTag {
    pub(crate) id: Arc<str>,
    /// Set when the response head has been produced or the host has given the request up.
    pub(crate) done: Arc<AtomicBool>,
}

/// Makes request ids: a random number for this run and a counter, both in hex.
pub(crate) struct RequestIds {
    run: u32,
    counter: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        // Ids need to differ between runs, not to be secret. The seed of a hash map is different for each run.
        let run = RandomState::new().hash_one(std::process::id());
        let [a, b, c, d, ..] = run.to_le_bytes();
        Self {
            run: u32::from_le_bytes([a, b, c, d]),
            counter: AtomicU64::new(0),
        }
    }

    pub(crate) fn next_tag(&self) -> RequestTag {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        RequestTag {
            id: format!("{:08x}-{count:x}", self.run).into(),
            done: Arc::default(),
        }
    }
}

/// What is wrong with the Host header of a request from the network (RFC 9112, section 3.2).
pub(crate) fn host_problem<B>(request: &Request<B>) -> Option<&'static str> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (_, Some(_)) => Some("The request has more than one Host header.\n"),
        (None, None) => {
            (request.version() >= Version::HTTP_11).then_some("The request has no Host header.\n")
        }
        (Some(host), None) => {
            let host = host.to_str().ok().and_then(|host| host.parse().ok());
            // User information belongs to a URL, not to this header.
            let is_valid = |host: &Authority| !host.as_str().contains('@');
            (!host.as_ref().is_some_and(is_valid)).then_some("The Host header is malformed.\n")
        }
    }
}

/// Replaces the URI of the request by the absolute one that components see. Its authority is that of the request line, if
/// the client sent an absolute URI, else that of the Host header (RFC 9112, section 3.2.2).
/// Returns the URI, or `None` if the header or the path is malformed.
pub(crate) fn set_absolute_uri<B>(request: &mut Request<B>) -> Option<String> {
    let host = match (
        request.uri().authority(),
        request.headers().get(header::HOST),
    ) {
        (Some(authority), _) => authority.to_string(),
        (None, Some(host)) => host.to_str().ok()?.to_owned(),
        (None, None) => "localhost".to_owned(),
    };
    let path = request.uri().path_and_query()?.as_str();
    // `OPTIONS *` addresses the server as a whole, not a resource that a component could serve.
    if !path.starts_with('/') {
        return None;
    }
    let uri = Uri::builder()
        .scheme("http")
        .authority(host.as_str())
        .path_and_query(path)
        .build()
        .ok()?;
    let full_url = uri.to_string();
    *request.uri_mut() = uri;
    Some(full_url)
}
