//! A request as it came in, and how its headers are read.

use bytes::Bytes;
use http::HeaderMap;

/// A request below one of the emulator's roots.
pub(crate) struct Incoming<'a> {
    pub(crate) method: &'a str,
    /// Path below the root.
    pub(crate) path: &'a str,
    /// Query string without the question mark.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
}

/// A header as text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The program behind a request: a client that the connector names in a comment of `User-Agent`, else the one that says
/// what it is in `X-TokPortal-Client`.
pub(crate) fn client(headers: &HeaderMap) -> Option<&str> {
    let comment = header(headers, "user-agent").and_then(|agent| {
        let agent = agent.strip_prefix("tokportal-mcp-connector/")?;
        agent.split_once(" (")?.1.strip_suffix(')')
    });
    comment.or_else(|| header(headers, "x-tokportal-client"))
}

/// The Bearer token (RFC 6750, section 2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = header(headers, "authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
