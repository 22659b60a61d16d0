//! The one endpoint: the checks of HTTP in their order, then the revision, then dispatch.

use super::headers::{PROTOCOL_VERSION, single};
use super::jsonrpc::{self, INVALID_REQUEST, Message, PARSE_ERROR, RpcError};
use super::revision::Revision;
use super::variant::Address;
use super::{access, legacy, modern};
use crate::Connector;
use crate::credentials::{self, Credential, NoKey};
use crate::host::{BodyError, Host, IncomingBody};
use crate::json;
use crate::reply::{self, Reply};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use serde_json::Value;

/// The largest body that is read: above the largest inline upload.
pub const MAX_BODY: usize = 4 * 1024 * 1024;
/// The largest batch (2025-03-26).
const MAX_BATCH: usize = 50;

/// What one message leads to.
#[derive(Debug)]
pub enum Outcome {
    /// A response body.
    Response(String),
    /// An error response.
    Error(RpcError),
    /// The API no longer knows the key: the whole HTTP exchange is a 401.
    KeyRejected,
    /// The caller may only look: the whole HTTP exchange is a 403.
    InsufficientScope,
}

/// Answers a request to the MCP path.
pub async fn handle<H: Host, B: IncomingBody>(
    connector: &Connector<H>,
    request: Request<B>,
) -> Reply {
    let (parts, body) = request.into_parts();
    let origin = parts.headers.get(header::ORIGIN).cloned();
    let mut reply = match admit(connector, &parts).await {
        Err(reply) => *reply,
        Ok((caller, address)) => match read(&parts.headers, body).await {
            Err(reply) => *reply,
            Ok(value) => dispatch(connector, &caller, &address, &parts.headers, value).await,
        },
    };
    // Refused origins learn nothing; the others are browser clients that must be able to read the answer.
    let allowed = |origin: &header::HeaderValue| {
        origin
            .to_str()
            .is_ok_and(|origin| connector.config.allows_origin(origin))
    };
    if let Some(origin) = origin.filter(allowed) {
        let headers = reply.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.append(header::VARY, header::HeaderValue::from_static("Origin"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            header::HeaderValue::from_static("WWW-Authenticate"),
        );
    }
    reply
}

/// Host, origin, preflight, address, key, method: in this order, because nobody should sign in for an address that
/// cannot work, and because clients probe with GET and with old version headers, and must see the challenge.
async fn admit<H: Host>(
    connector: &Connector<H>,
    parts: &Parts,
) -> Result<(Credential, Address), Box<Reply>> {
    let (config, method, headers) = (&connector.config, &parts.method, &parts.headers);
    // `wasi:http` hosts take the Host header away and pass it on as the authority of the address.
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
            StatusCode::FORBIDDEN,
            "This server answers to local names only; set `public_url` to serve another.",
        ));
    }
    let origin = headers
        .get(header::ORIGIN)
        .map(|origin| origin.to_str().unwrap_or_default());
    if origin.is_some_and(|origin| !config.allows_origin(origin)) {
        return Err(refuse(
            StatusCode::FORBIDDEN,
            "This origin may not call the MCP endpoint; an operator can add it to `allowed_origins`.",
        ));
    }
    if method == Method::OPTIONS {
        return Err(Box::new(preflight()));
    }
    let address = Address::parse(parts.uri.query().unwrap_or_default())
        .map_err(|unusable| refuse(StatusCode::BAD_REQUEST, &unusable.0))?;
    let caller = credentials::find(connector, headers, address.variant)
        .await
        .map_err(|none| match none {
            NoKey::Missing => Box::new(credentials::unauthorized(config, &address, false)),
            NoKey::Malformed => Box::new(credentials::unauthorized(config, &address, true)),
            NoKey::Unavailable => refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                "The connector cannot open tokens right now: try again.",
            ),
        })?;
    if method != Method::POST {
        let mut reply = refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "Messages come by POST; there are no streams and no sessions here.",
        );
        reply::set(&mut reply, header::ALLOW, "POST, OPTIONS");
        return Err(reply);
    }
    Ok((caller, address))
}

fn preflight() -> Reply {
    let mut reply = reply::empty(StatusCode::NO_CONTENT);
    for (name, value) in [
        (header::ALLOW, "POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, Accept, X-API-Key, MCP-Protocol-Version, Mcp-Method, Mcp-Name",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        reply::set(&mut reply, name, value);
    }
    reply
}

async fn read<B: IncomingBody>(headers: &HeaderMap, body: B) -> Result<Value, Box<Reply>> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be JSON: Content-Type: application/json.",
        ));
    }
    let too_large = || {
        refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is larger than 4 MiB. Send large files through an upload link.",
        )
    };
    let announced =
        text(header::CONTENT_LENGTH).and_then(|length| length.trim().parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY) {
        return Err(too_large());
    }
    let bytes = body.read(MAX_BODY).await.map_err(|error| match error {
        BodyError::TooLarge => too_large(),
        BodyError::Broken => refuse(StatusCode::BAD_REQUEST, "The body did not arrive whole."),
    })?;
    json::parse(&bytes)
        .map_err(|error| Box::new(RpcError::bad_request(None, PARSE_ERROR, error.0).reply()))
}

/// Chooses the era of each message and answers.
async fn dispatch<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    address: &Address,
    headers: &HeaderMap,
    value: Value,
) -> Reply {
    let version = match single(headers, PROTOCOL_VERSION) {
        Ok(version) => version,
        Err(problem) => {
            return RpcError::bad_request(None, jsonrpc::HEADER_MISMATCH, problem).reply();
        }
    };
    if let Value::Array(messages) = value {
        return batch(connector, caller, address, version, messages).await;
    }
    let request = match jsonrpc::message(value) {
        Err(error) => return error.reply(),
        Ok(Message::Notification { .. } | Message::Response) => {
            return reply::empty(StatusCode::ACCEPTED);
        }
        Ok(Message::Request(request)) => request,
    };
    let variant = address.variant;
    let outcome = match access::admit(connector, caller, variant, &request).await {
        Err(outcome) => outcome,
        Ok(caller) => match (version.map(Revision::parse), modern::is_modern(&request)) {
            (None, false) => {
                legacy::answer(connector, &caller, variant, Revision::R2025_03_26, request).await
            }
            (Some(Some(revision)), false) if !revision.is_modern() => {
                legacy::answer(connector, &caller, variant, revision, request).await
            }
            _ => modern::answer(connector, &caller, variant, headers, request).await,
        },
    };
    match outcome {
        Outcome::Response(body) => reply::json(StatusCode::OK, body),
        Outcome::Error(error) => error.reply(),
        Outcome::KeyRejected => access::rejected(connector, caller, address),
        Outcome::InsufficientScope => credentials::insufficient_scope(&connector.config, address),
    }
}

/// 2025-03-26 only: every later revision took batches out again.
async fn batch<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    address: &Address,
    version: Option<&str>,
    messages: Vec<Value>,
) -> Reply {
    let refuse = |text: &str| RpcError::bad_request(None, INVALID_REQUEST, text).reply();
    let revision = Revision::R2025_03_26;
    if version.is_some_and(|version| version != revision.name()) {
        return refuse("Batches exist in revision 2025-03-26 only: send one message a request.");
    }
    if messages.is_empty() || messages.len() > MAX_BATCH {
        return refuse("A batch must have 1 to 50 messages.");
    }
    let variant = address.variant;
    let mut responses = Vec::new();
    for value in messages {
        let outcome = match jsonrpc::message(value) {
            Err(error) => Outcome::Error(error),
            Ok(Message::Notification { .. } | Message::Response) => continue,
            Ok(Message::Request(request)) if request.method == "initialize" => {
                Outcome::Error(RpcError::bad_request(
                    Some(&request.id),
                    INVALID_REQUEST,
                    "initialize must not be part of a batch.",
                ))
            }
            Ok(Message::Request(request)) => {
                match access::admit(connector, caller, variant, &request).await {
                    Ok(caller) => {
                        legacy::answer(connector, &caller, variant, revision, request).await
                    }
                    Err(outcome) => outcome,
                }
            }
        };
        match outcome {
            Outcome::Response(body) => responses.push(body),
            Outcome::Error(error) => responses.push(error.to_json().to_string()),
            Outcome::KeyRejected => return access::rejected(connector, caller, address),
            Outcome::InsufficientScope => {
                return credentials::insufficient_scope(&connector.config, address);
            }
        }
    }
    if responses.is_empty() {
        reply::empty(StatusCode::ACCEPTED)
    } else {
        reply::json(StatusCode::OK, format!("[{}]", responses.join(",")))
    }
}

/// An HTTP-level refusal. The body is a JSON-RPC error without an id, which every client can show.
fn refuse(status: StatusCode, message: &str) -> Box<Reply> {
    let error = RpcError {
        status,
        ..RpcError::bad_request(None, INVALID_REQUEST, message)
    };
    Box::new(error.reply())
}
