//! The MCP endpoint: checks the HTTP request, then answers the messages in its body.

mod http_checks;

use super::admission;
use super::dispatch::{legacy, modern};
use super::exchange::Exchange;
use super::outcome::Outcome;
use super::protocol::headers::{PROTOCOL_VERSION, single};
use super::protocol::jsonrpc::{self, ErrorCode, Message, Request, RpcError};
use super::protocol::revision::Revision;
use crate::access::challenge::{self, InvalidToken};
use crate::access::credential::Credential;
use crate::access::resource_url::{Narrowing, ResourceUrl};
use crate::app::Context;
use crate::host::{Host, IncomingBody};
use crate::upstream::portal::key_cache;
use crate::web::reply::{self, Reply};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// The largest batch (2025-03-26).
const MAX_BATCH: usize = 50;

/// Answers a request to the path of the endpoint.
pub(crate) async fn handle<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    parts: Parts,
    body: B,
) -> Reply {
    let headers = &parts.headers;
    let reply = match http_checks::check(context, &parts).await {
        Err(reply) => *reply,
        Ok((caller, resource)) => match http_checks::read_body(headers, body).await {
            Err(reply) => *reply,
            Ok(body) => {
                let request = CheckedRequest {
                    context,
                    caller: &caller,
                    resource: &resource,
                    headers,
                };
                request.answer(body).await
            }
        },
    };
    http_checks::allow_origin(context, headers, reply)
}

/// An HTTP request that has passed the checks.
struct CheckedRequest<'a, H> {
    context: &'a Context<'a, H>,
    caller: &'a Credential,
    resource: &'a ResourceUrl,
    headers: &'a HeaderMap,
}

impl<H: Host> CheckedRequest<'_, H> {
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

    /// Answers a batch. Revisions after 2025-03-26 have no batches.
    async fn answer_batch(&self, version: Option<&str>, messages: Vec<Value>) -> Reply {
        let invalid =
            |text: &str| RpcError::bad_request(None, ErrorCode::InvalidRequest, text).reply();
        let revision = Revision::R2025_03_26;
        if version.is_some_and(|version| version != revision.name()) {
            return invalid(
                "Batches exist in revision 2025-03-26 only: send one message per request.",
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

    /// Answers one request in its revision. Without a version header and `_meta`, that is 2025-03-26.
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

    /// 401 for a key that the API or the portal no longer knows. The cache must forget what it holds about the key.
    fn key_rejected(&self) -> Reply {
        key_cache::forget(&self.caller.key);
        challenge::unauthorized(self.context.config, self.resource, Some(InvalidToken))
    }

    fn insufficient_scope(&self) -> Reply {
        challenge::insufficient_scope(self.context.config, self.resource)
    }
}
