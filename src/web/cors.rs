//! Cross-origin calls of browser clients: metadata, registration, token and revocation, never a page.
//!
//! `*` is right here: nothing at these endpoints is bound to a cookie, so a foreign page can do no more than any program.

use crate::web::reply;
use crate::web::reply::Reply;
use http::{HeaderName, StatusCode, header};

/// The answer to a preflight (Fetch Standard, section 3.3.7).
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

/// Lets any origin read the answer.
pub(crate) fn allow(mut reply: Reply) -> Reply {
    reply::set(&mut reply, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    reply::set(
        &mut reply,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "WWW-Authenticate, Retry-After",
    );
    reply
}
