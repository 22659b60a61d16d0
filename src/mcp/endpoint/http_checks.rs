//! The HTTP checks of the endpoint, before the body is read, and the headers for browser clients.

use crate::access::challenge::{self, InvalidToken};
use crate::access::credential::{self, Credential, CredentialError};
use crate::access::resource_url::ResourceUrl;
use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::ledger::rate_limit;
use crate::mcp::protocol::jsonrpc::{ErrorCode, RpcError};
use crate::upstream::portal::key_cache;
use crate::web::reply::{self, Reply};
use crate::web::status::ErrorStatus;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// Checks Host, Origin, preflight, resource URL, credential, method and refused keys, in this order. The URL comes before
/// the credential so that no person signs in for a URL that is not valid. The method comes late because clients that
/// probe with GET or with old version headers must see the challenge.
///
/// # Errors
/// The reply to a request that fails a check.
pub(super) async fn check<H: Host>(
    context: &Context<'_, H>,
    parts: &Parts,
) -> Result<(Credential, ResourceUrl), Box<Reply>> {
    let (config, method, headers) = (context.config, &parts.method, &parts.headers);
    // `wasi:http` hosts remove the Host header and pass it on as the authority of the URL.
    let host = headers
        .get(header::HOST)
        .map(|host| host.to_str().unwrap_or_default());
    let authority = parts.uri.authority().map(Authority::as_str);
    if host
        .into_iter()
        .chain(authority)
        .any(|host| !config.allows_host(host))
    {
        return Err(refuse(
            ErrorStatus::FORBIDDEN,
            "This server answers to local names only; set `public_url` to serve another.",
        ));
    }
    let origin = headers
        .get(header::ORIGIN)
        .map(|origin| origin.to_str().unwrap_or_default());
    if origin.is_some_and(|origin| !config.allows_origin(origin)) {
        return Err(refuse(
            ErrorStatus::FORBIDDEN,
            "This origin may not call the MCP endpoint; an operator can add it to `allowed_origins`.",
        ));
    }
    if method == Method::OPTIONS {
        return Err(Box::new(preflight()));
    }
    let resource = ResourceUrl::parse(parts.uri.query().unwrap_or_default())
        .map_err(|error| refuse(ErrorStatus::BAD_REQUEST, &error.0))?
        .at(parts.uri.path());
    let caller = credential::find(context, headers, resource.narrowing)
        .await
        .map_err(|error| match error {
            CredentialError::Missing => Box::new(challenge::unauthorized(config, &resource, None)),
            CredentialError::Malformed => Box::new(challenge::unauthorized(
                config,
                &resource,
                Some(InvalidToken),
            )),
            CredentialError::Unavailable(error) => {
                context.log(&Event::Unavailable {
                    cause: error.to_string(),
                });
                refuse(
                    ErrorStatus::SERVICE_UNAVAILABLE,
                    "The connector cannot open tokens right now: try again.",
                )
            }
        })?;
    if method != Method::POST {
        let mut reply = refuse(
            ErrorStatus::METHOD_NOT_ALLOWED,
            "Messages come by POST; there are no streams and no sessions here.",
        );
        reply::set(&mut reply, header::ALLOW, "POST, OPTIONS");
        return Err(reply);
    }
    check_key(context, &caller).await?;
    Ok((caller, resource))
}

/// Refuses a key that may be a guess if the caller sent many that were refused. A key that was accepted lately needs no
/// look into the store.
async fn check_key<H: Host>(
    context: &Context<'_, H>,
    caller: &Credential,
) -> Result<(), Box<Reply>> {
    if key_cache::is_accepted(&caller.key, context.host.now()) {
        return Ok(());
    }
    let seconds = match rate_limit::check_refused_keys(context).await {
        Ok(()) => return Ok(()),
        Err(seconds) => seconds,
    };
    let mut reply = refuse(
        ErrorStatus::TOO_MANY_REQUESTS,
        &format!(
            "Too many keys from this network were refused: wait {seconds} seconds, and check the key."
        ),
    );
    reply::set(&mut reply, header::RETRY_AFTER, &seconds.to_string());
    Err(reply)
}

fn preflight() -> Reply {
    let mut reply = reply::empty(StatusCode::NO_CONTENT);
    for (name, value) in [
        (header::ALLOW, "POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, Accept, X-API-Key, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        reply::set(&mut reply, name, value);
    }
    reply
}

/// Lets browser clients of an allowed origin read the reply.
pub(super) fn allow_origin<H: Host>(
    context: &Context<'_, H>,
    request: &HeaderMap,
    mut reply: Reply,
) -> Reply {
    let origin = request.get(header::ORIGIN).filter(|origin| {
        let origin = origin.to_str();
        origin.is_ok_and(|origin| context.config.allows_origin(origin))
    });
    if let Some(origin) = origin {
        let headers = reply.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("WWW-Authenticate, Mcp-Session-Id"),
        );
    }
    reply
}

/// Refuses the whole HTTP request. The body is a JSON-RPC error without an id, which every client can show.
pub(super) fn refuse(status: ErrorStatus, message: &str) -> Box<Reply> {
    let error = RpcError::bad_request(None, ErrorCode::InvalidRequest, message);
    Box::new(error.with_status(status).reply())
}
