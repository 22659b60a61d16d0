//! CORS headers for browser clients at the metadata, registration, token and revocation endpoints.
//!
//! Any origin is allowed: these endpoints ignore cookies, so a page of another origin has no more rights than any other
//! HTTP client. Pages for people never get these headers.

use super::reply::{self, Reply};
use http::{HeaderName, StatusCode, header};

/// The reply to a preflight request (Fetch Standard, section 3.3.7).
pub(crate) fn preflight(methods: &'static str) -> Reply {
    let mut reply = reply::empty(StatusCode::NO_CONTENT);
    let headers: [(HeaderName, &str); 4] = [
        (header::ALLOW, methods),
        (header::ACCESS_CONTROL_ALLOW_METHODS, methods),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, MCP-Protocol-Version, Mcp-Method, Mcp-Name",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    for (name, value) in headers {
        reply::set(&mut reply, name, value);
    }
    allow(reply)
}

/// Lets any origin read the reply.
pub(crate) fn allow(mut reply: Reply) -> Reply {
    reply::set(&mut reply, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    reply::set(
        &mut reply,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "WWW-Authenticate, Retry-After",
    );
    reply
}
