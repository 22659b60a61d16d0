//! The MCP endpoint: checks the HTTP request, then answers the messages in its body.

mod body;
mod http_checks;
mod rejected_key;

use self::body::Unread;
use super::admission;
use super::dispatch::{legacy, modern};
use super::exchange::Exchange;
use super::outcome::{Body, Outcome};
use super::protocol::client_features::{ClientFeatures, SESSION_ID};
use super::protocol::client_info;
use super::protocol::envelope::{client_name, declared_version, trace_context};
use super::protocol::headers::{PROTOCOL_VERSION, single, user_agent};
use super::protocol::jsonrpc::{self, ErrorCode, Request, RpcError};
use super::protocol::message::{MAX_BATCH, Message, message};
use super::protocol::revision::{Revision, unknown_version_header};
use crate::access::challenge;
use crate::access::credential::Credential;
use crate::access::resource_url::{Narrowing, ResourceUrl};
use crate::app::Context;
use crate::event::Event;
use crate::host::{Host, IncomingBody};
use crate::kept::KeptBody;
use crate::memory::ANSWER;
use crate::text::{NAME_LIMIT, display_name, without_keys};
use crate::web::accept;
use crate::web::reply::{self, Reply};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;

/// Answers a request to the path of the endpoint.
pub(crate) async fn handle<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    parts: Parts,
    body: B,
) -> Reply {
    let headers = &parts.headers;
    let reply = match http_checks::check(context, &parts).await {
        Err(reply) => *reply,
        Ok((caller, resource)) => {
            let unread = Unread {
                context,
                caller: &caller,
                resource: &resource,
                headers,
                body,
            };
            match unread.read().await {
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
            }
        }
    };
    http_checks::allow_origin(context, headers, reply)
}

/// Why a message of a batch was not run although an earlier one was. On its own, it would be answered with 401 or 403.
const KEY_REJECTED: &str =
    "This message was not run: the key is no longer accepted. Send it again on its own to sign in.";
const BATCH_TOO_LARGE: &str = "This message was not run: the answers of this batch are large already. Send it again on its own, or in a smaller batch.";
const INSUFFICIENT_SCOPE: &str = "This message was not run: it changes something, and the connection is Read-only. Send it again on its own to sign in with full access.";

/// The bytes of responses after which no further message of a batch is run.
const MAX_BATCH_ANSWERS: usize = 1_000_000;

/// The error of a message of a batch that was not run.
fn not_run(request: &Request, text: &str) -> RpcError {
    RpcError::answered(&request.id, ErrorCode::InvalidRequest, text)
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
        if let Value::Array(messages) = body {
            return self.answer_batch(messages).await;
        }
        let request = match message(body) {
            Err(error) => return error.reply(),
            Ok(Message::Notification | Message::Response) => {
                return reply::empty(StatusCode::ACCEPTED);
            }
            Ok(Message::Request(request)) => request,
        };
        match self.respond(&request).await {
            Outcome::Response(Body::Text(body)) => {
                let reply = reply::json(StatusCode::OK, body);
                self.with_session_id(&request, reply)
            }
            Outcome::Response(Body::Kept(body)) => self.kept(&body),
            Outcome::Error(error) => error.reply(),
            Outcome::KeyRejected => self.key_rejected().await,
            Outcome::InsufficientScope => self.insufficient_scope(),
        }
    }

    /// The reply to `initialize` with a session id, if later requests of the client need what it declared.
    fn with_session_id(&self, request: &Request, mut reply: Reply) -> Reply {
        if request.method == "initialize" {
            let revision = Revision::NEWEST_LEGACY;
            let features = ClientFeatures::of(revision, self.headers, request);
            if let Some(id) = features.session_id(self.context.host) {
                reply::set(&mut reply, SESSION_ID, &id);
            }
        }
        reply
    }

    /// A reply that is compressed if the client asks for it. Only what is kept ready is: it has no secret whose length could
    /// be found out beside text that a caller chose, and it is compressed once for many replies.
    fn kept(&self, body: &KeptBody) -> Reply {
        let mut reply = if accept::accepts_gzip(self.headers) {
            let mut reply = reply::json(StatusCode::OK, body.gzipped());
            let gzip = HeaderValue::from_static("gzip");
            reply.headers_mut().insert(header::CONTENT_ENCODING, gzip);
            reply
        } else {
            reply::json(StatusCode::OK, body.plain())
        };
        let vary = HeaderValue::from_static("Accept-Encoding");
        reply.headers_mut().append(header::VARY, vary);
        reply
    }

    /// Answers a batch. Revisions after 2025-03-26 have no batches.
    async fn answer_batch(&self, messages: Vec<Value>) -> Reply {
        let invalid =
            |text: &str| RpcError::bad_request(None, ErrorCode::InvalidRequest, text).reply();
        let revision = Revision::R2025_03_26;
        let version = match single(self.headers, PROTOCOL_VERSION) {
            Ok(version) => version,
            Err(problem) => {
                return RpcError::bad_request(None, ErrorCode::HeaderMismatch, problem).reply();
            }
        };
        if version.is_some_and(|version| version != revision.name()) {
            return invalid(
                "Batches exist in revision 2025-03-26 only: send one message per request.",
            );
        }
        if messages.is_empty() || messages.len() > MAX_BATCH {
            return invalid("A batch must have 1 to 50 messages.");
        }
        let mut responses = Vec::new();
        // The first message with a result decides: from then on the answer is 200, so that no result is lost.
        let mut has_result = false;
        let mut refusal = None;
        let mut kept = 0;
        let used = self.context.room.used();
        for value in messages {
            let request = match message(value) {
                Err(error) => {
                    responses.push(error.to_json().to_string());
                    continue;
                }
                Ok(Message::Notification | Message::Response) => continue,
                Ok(Message::Request(request)) => request,
            };
            let outcome = if request.method == "initialize" {
                let text = "initialize must not be part of a batch.";
                let id = Some(&request.id);
                Outcome::Error(RpcError::bad_request(id, ErrorCode::InvalidRequest, text))
            } else if let Some(text) = refusal {
                Outcome::Error(not_run(&request, text))
            } else if kept > MAX_BATCH_ANSWERS || !self.context.room.fits(ANSWER) {
                Outcome::Error(not_run(&request, BATCH_TOO_LARGE))
            } else {
                self.respond_legacy(revision, &request).await
            };
            let error = match outcome {
                Outcome::Response(body) => {
                    let body = body.plain();
                    has_result = true;
                    // What the call needed beside its response is free again.
                    kept += body.len();
                    self.context.room.set_used(used + 2 * kept);
                    responses.push(body);
                    continue;
                }
                Outcome::Error(error) => error,
                Outcome::KeyRejected if !has_result => return self.key_rejected().await,
                Outcome::InsufficientScope if !has_result => return self.insufficient_scope(),
                Outcome::KeyRejected => {
                    rejected_key::forget(self.context, self.caller).await;
                    refusal = Some(KEY_REJECTED);
                    not_run(&request, KEY_REJECTED)
                }
                Outcome::InsufficientScope => not_run(&request, INSUFFICIENT_SCOPE),
            };
            responses.push(error.to_json().to_string());
        }
        if responses.is_empty() {
            reply::empty(StatusCode::ACCEPTED)
        } else {
            reply::json(StatusCode::OK, format!("[{}]", responses.join(",")))
        }
    }

    /// Answers one request in its revision, which the body or the version header declares. Without both it is
    /// 2025-03-26. `initialize` negotiates the revision in its body, so its header does not matter.
    async fn respond(&self, request: &Request) -> Outcome {
        let header = single(self.headers, PROTOCOL_VERSION);
        if declared_version(request).is_none() {
            let accepts_mixed = self.context.config.accept_mixed_versions;
            let revision = match &header {
                _ if request.method == "initialize" => Some(Revision::NEWEST_LEGACY),
                Ok(None) => Some(Revision::R2025_03_26),
                Ok(Some(version)) => match Revision::parse(version) {
                    // The body is that of a legacy request.
                    Some(revision) if revision.is_modern() && accepts_mixed => {
                        Some(Revision::NEWEST_LEGACY)
                    }
                    revision => revision.filter(|revision| revision.is_legacy()),
                },
                Err(_) => None,
            };
            if let Some(revision) = revision {
                return self.respond_legacy(revision, request).await;
            }
        }
        let caller = match self.admit(request).await {
            Ok(caller) => caller,
            Err(outcome) => return outcome,
        };
        match self.modern_revision(header.as_ref(), request) {
            Ok(revision) => modern::answer(&self.exchange(&caller, revision, request)).await,
            Err(error) => {
                self.log_refused_version(header.ok().flatten(), request, &error);
                Outcome::Error(error)
            }
        }
    }

    /// The revision of a request that no legacy revision allows.
    fn modern_revision(
        &self,
        header: Result<&Option<&str>, &String>,
        request: &Request,
    ) -> Result<Revision, RpcError> {
        let header = header.map_err(|problem| {
            RpcError::bad_request(Some(&request.id), ErrorCode::HeaderMismatch, &**problem)
        })?;
        match header {
            Some(version)
                if declared_version(request).is_none() && Revision::parse(version).is_none() =>
            {
                Err(unknown_version_header(request, version))
            }
            _ => modern::check(
                self.headers,
                request,
                self.context.config.accept_mixed_versions,
            ),
        }
    }

    /// Logs a refusal if it is about the version, so that an operator sees which app cannot get on.
    fn log_refused_version(&self, header: Option<&str>, request: &Request, error: &RpcError) {
        let body = declared_version(request).and_then(Value::as_str);
        if header == body && error.code != ErrorCode::UnsupportedVersion {
            return;
        }
        let client = client_name(request).unwrap_or_else(|| user_agent(self.headers));
        let shown =
            |version: Option<&str>| version.map(|version| display_name(&without_keys(version), 40));
        self.context.log(&Event::ProtocolVersionRefused {
            client: display_name(&without_keys(client), NAME_LIMIT),
            header: shown(header),
            body: shown(body),
        });
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
        self.context
            .note_client(client_info::client(self.headers, request));
        self.context
            .note_trace_context(trace_context(self.headers, request));
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
            features: ClientFeatures::of(revision, self.headers, request),
        }
    }

    fn narrowing(&self) -> Narrowing {
        self.resource.narrowing
    }

    /// 401 for a key that the API or the portal no longer knows.
    async fn key_rejected(&self) -> Reply {
        rejected_key::unauthorized(self.context, self.caller, self.resource).await
    }

    fn insufficient_scope(&self) -> Reply {
        challenge::insufficient_scope(self.context.config, self.resource)
    }
}
