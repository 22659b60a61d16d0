//! The MCP endpoint: the checks of HTTP in their order, then the messages of the body.

use super::admission;
use super::dispatch::{legacy, modern};
use super::exchange::Exchange;
use super::outcome::Outcome;
use super::protocol::headers::{PROTOCOL_VERSION, single};
use super::protocol::jsonrpc::{self, ErrorCode, Message, Request, RpcError};
use super::protocol::revision::Revision;
use crate::access::challenge::{self, InvalidToken};
use crate::access::credential::{self, Credential, CredentialError};
use crate::access::resource_url::{Narrowing, ResourceUrl};
use crate::app::Context;
use crate::event::Event;
use crate::host::{BodyError, Host, IncomingBody};
use crate::upstream::portal::key_cache;
use crate::web::reply::{self, Reply};
use crate::web::status::ErrorStatus;
use crate::web::{json, media_type};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::Value;

/// The largest body that is read: above the largest inline upload.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// The largest batch (2025-03-26).
const MAX_BATCH: usize = 50;

/// Answers a request to the path of the endpoint.
pub(crate) async fn handle<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    parts: Parts,
    body: B,
) -> Reply {
    let reply = match check(context, &parts).await {
        Err(reply) => *reply,
        Ok((caller, resource)) => match read(&parts.headers, body).await {
            Err(reply) => *reply,
            Ok(body) => {
                let endpoint = Connection {
                    context,
                    caller: &caller,
                    resource: &resource,
                    headers: &parts.headers,
                };
                endpoint.answer(body).await
            }
        },
    };
    allow_origin(context, &parts.headers, reply)
}

/// Lets browser clients of an allowed origin read the reply.
fn allow_origin<H: Host>(context: &Context<'_, H>, sent: &HeaderMap, mut reply: Reply) -> Reply {
    let origin = sent.get(header::ORIGIN).filter(|origin| {
        let origin = origin.to_str();
        origin.is_ok_and(|origin| context.config.allows_origin(origin))
    });
    if let Some(origin) = origin {
        let headers = reply.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("WWW-Authenticate"),
        );
    }
    reply
}

/// Checks Host, Origin, preflight, resource URL, credential and method, in this order: no person should sign in for a URL
/// that cannot work, and clients that probe with GET and with old version headers must see the challenge.
async fn check<H: Host>(
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
        .map_err(|error| refuse(ErrorStatus::BAD_REQUEST, &error.0))?;
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
    Ok((caller, resource))
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
    if media_type::of(headers) != "application/json" {
        return Err(refuse(
            ErrorStatus::UNSUPPORTED_MEDIA_TYPE,
            "The body must be JSON: Content-Type: application/json.",
        ));
    }
    let too_large = || {
        refuse(
            ErrorStatus::PAYLOAD_TOO_LARGE,
            "The body is larger than 4 MiB. Send large files through an upload link.",
        )
    };
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.trim().parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY) {
        return Err(too_large());
    }
    let bytes = body.read(MAX_BODY).await.map_err(|error| match error {
        BodyError::TooLarge => too_large(),
        BodyError::Broken => refuse(ErrorStatus::BAD_REQUEST, "The body did not arrive whole."),
    })?;
    json::parse(&bytes).map_err(|error| {
        Box::new(RpcError::bad_request(None, ErrorCode::ParseError, error.0).reply())
    })
}

/// An HTTP request that has passed the checks.
struct Connection<'a, H> {
    context: &'a Context<'a, H>,
    caller: &'a Credential,
    resource: &'a ResourceUrl,
    headers: &'a HeaderMap,
}

impl<H: Host> Connection<'_, H> {
    /// Answers the message or the batch in the body.
    async fn answer(&self, body: Value) -> Reply {
        let version = match single(self.headers, PROTOCOL_VERSION) {
            Ok(version) => version,
            Err(problem) => {
                return RpcError::bad_request(None, ErrorCode::HeaderMismatch, problem).reply();
            }
        };
        if let Value::Array(messages) = body {
            return self.answer_batch(version, messages).await;
        }
        let request = match jsonrpc::message(body) {
            Err(error) => return error.reply(),
            Ok(Message::Notification | Message::Response) => {
                return reply::empty(StatusCode::ACCEPTED);
            }
            Ok(Message::Request(request)) => request,
        };
        match self.respond(version, &request).await {
            Outcome::Response(body) => reply::json(StatusCode::OK, body),
            Outcome::Error(error) => error.reply(),
            Outcome::KeyRejected => self.key_rejected(),
            Outcome::InsufficientScope => self.insufficient_scope(),
        }
    }

    /// 2025-03-26 only: every later revision removed batches.
    async fn answer_batch(&self, version: Option<&str>, messages: Vec<Value>) -> Reply {
        let invalid =
            |text: &str| RpcError::bad_request(None, ErrorCode::InvalidRequest, text).reply();
        let revision = Revision::R2025_03_26;
        if version.is_some_and(|version| version != revision.name()) {
            return invalid(
                "Batches exist in revision 2025-03-26 only: send one message a request.",
            );
        }
        if messages.is_empty() || messages.len() > MAX_BATCH {
            return invalid("A batch must have 1 to 50 messages.");
        }
        let mut responses = Vec::new();
        for value in messages {
            let outcome = match jsonrpc::message(value) {
                Err(error) => Outcome::Error(error),
                Ok(Message::Notification | Message::Response) => continue,
                Ok(Message::Request(request)) if request.method == "initialize" => {
                    Outcome::Error(RpcError::bad_request(
                        Some(&request.id),
                        ErrorCode::InvalidRequest,
                        "initialize must not be part of a batch.",
                    ))
                }
                Ok(Message::Request(request)) => self.respond_legacy(revision, &request).await,
            };
            match outcome {
                Outcome::Response(body) => responses.push(body),
                Outcome::Error(error) => responses.push(error.to_json().to_string()),
                Outcome::KeyRejected => return self.key_rejected(),
                Outcome::InsufficientScope => return self.insufficient_scope(),
            }
        }
        if responses.is_empty() {
            reply::empty(StatusCode::ACCEPTED)
        } else {
            reply::json(StatusCode::OK, format!("[{}]", responses.join(",")))
        }
    }

    /// Answers one request in the revision that it is written in.
    async fn respond(&self, version: Option<&str>, request: &Request) -> Outcome {
        match (version.map(Revision::parse), modern::is_modern(request)) {
            (None, false) => self.respond_legacy(Revision::R2025_03_26, request).await,
            (Some(Some(revision)), false) if !revision.is_modern() => {
                self.respond_legacy(revision, request).await
            }
            _ => {
                let caller = match self.admit(request).await {
                    Ok(caller) => caller,
                    Err(outcome) => return outcome,
                };
                match modern::check(self.headers, request) {
                    Ok(revision) => {
                        modern::answer(&self.exchange(&caller, revision, request)).await
                    }
                    Err(error) => Outcome::Error(error),
                }
            }
        }
    }

    async fn respond_legacy(&self, revision: Revision, request: &Request) -> Outcome {
        match self.admit(request).await {
            Ok(caller) => legacy::answer(&self.exchange(&caller, revision, request)).await,
            Err(outcome) => outcome,
        }
    }

    async fn admit(&self, request: &Request) -> Result<Credential, Outcome> {
        self.context
            .note_method(jsonrpc::known_method(&request.method));
        admission::admit(self.context, self.caller, self.narrowing(), request).await
    }

    fn exchange<'e>(
        &'e self,
        caller: &'e Credential,
        revision: Revision,
        request: &'e Request,
    ) -> Exchange<'e, H> {
        Exchange {
            context: self.context,
            caller,
            narrowing: self.narrowing(),
            revision,
            request,
        }
    }

    fn narrowing(&self) -> Narrowing {
        self.resource.narrowing
    }

    /// 401 for a key that the API or the portal no longer knows. What the cache says about it is no longer true.
    fn key_rejected(&self) -> Reply {
        key_cache::forget(&self.caller.key);
        challenge::unauthorized(self.context.config, self.resource, Some(InvalidToken))
    }

    fn insufficient_scope(&self) -> Reply {
        challenge::insufficient_scope(self.context.config, self.resource)
    }
}

/// An HTTP-level refusal. The body is a JSON-RPC error without an id, which every client can show.
fn refuse(status: ErrorStatus, message: &str) -> Box<Reply> {
    let error = RpcError::bad_request(None, ErrorCode::InvalidRequest, message);
    Box::new(error.with_status(status).reply())
}
