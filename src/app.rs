//! The connector, and the context of one HTTP request to it.

use crate::config::Config;
use crate::digest::hex;
use crate::event::Event;
use crate::host::{Host, HttpError, HttpLimits, HttpResponse, Rng, Room};
use crate::kept::KeptTexts;
use crate::memory::{ANSWER, Pool, Reservation};
use crate::text::excerpt;
use crate::web::client_address::Network;
use crate::web::client_name::ClientName;
use crate::web::language::Language;
use crate::web::trace_context::TraceContext;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Request};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The time that a request may take. Hosts end one after 60 seconds, and an answer that came later would be lost.
const REQUEST_TIME: Duration = Duration::from_secs(55);

/// The most outbound calls of a request: a batch of the largest size, in which every call is repeated.
const MAX_CALLS: u32 = 128;

/// The connector: a host and a configuration. It keeps no state between requests.
#[derive(Debug)]
pub struct App<H> {
    /// The seams of the platform.
    pub host: H,
    /// The settings of the operator.
    pub config: Arc<Config>,
    /// The memory that the requests of an instance share.
    pub(crate) memory: Arc<Pool>,
    /// The texts that the instance has ready.
    pub(crate) texts: Arc<KeptTexts>,
}

impl<H: Host> App<H> {
    /// The context of a new request whose pages are in this language.
    pub(crate) fn context_in(&self, language: Language) -> Context<'_, H> {
        Context {
            host: &self.host,
            config: &self.config,
            texts: &self.texts,
            language,
            request_id: RequestId::random(&self.host),
            started_at: self.host.now(),
            caller: Cell::default(),
            deadline: self.host.monotonic().saturating_add(REQUEST_TIME),
            calls: Cell::default(),
            room: Reservation::empty(&self.memory),
            client: RefCell::default(),
            trace_context: RefCell::default(),
            trace: RefCell::default(),
        }
    }

    /// The context of a new request, with pages in English.
    #[cfg(test)]
    pub(crate) fn context(&self) -> Context<'_, H> {
        self.context_in(Language::English)
    }
}

/// Correlates a reply with its lines in the log: `req_` and 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub(crate) fn random(rng: &impl Rng) -> Self {
        let mut bytes = [0; 16];
        rng.fill(&mut bytes);
        Self(format!("req_{}", hex(&bytes)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The context of one HTTP request: the seams, the configuration, and what its line in the log will contain.
pub(crate) struct Context<'a, H> {
    pub(crate) host: &'a H,
    pub(crate) config: &'a Config,
    pub(crate) texts: &'a KeptTexts,
    /// The language of pages.
    pub(crate) language: Language,
    pub(crate) request_id: RequestId,
    started_at: Duration,
    /// The network of the caller, for the rate limits; `None` if it is not known.
    pub(crate) caller: Cell<Option<Network>>,
    /// When the request must be answered, by the monotonic clock.
    deadline: Duration,
    /// The number of outbound calls.
    calls: Cell<u32>,
    /// The room that the request holds in the memory of its instance.
    pub(crate) room: Reservation,
    /// The program that sent the request, if it is an MCP client with a name.
    client: RefCell<Option<ClientName>>,
    /// The trace of the caller, which calls of the API and the portal continue.
    trace_context: RefCell<Option<TraceContext>>,
    trace: RefCell<Trace>,
}

/// The room of one answer, and of the result that is made from it.
struct AnswerRoom<'a> {
    room: &'a Reservation,
    taken: Cell<usize>,
}

impl Room for AnswerRoom<'_> {
    fn grow(&self, bytes: usize) -> bool {
        // A tool result has an answer twice, once with escapes. It has no more than a megabyte of it.
        let result = bytes.min(1_000_000).saturating_mul(3);
        let wanted = bytes.saturating_add(result);
        let has_room = self.room.take(wanted.saturating_sub(self.taken.get()));
        if has_room {
            self.taken.set(wanted.max(self.taken.get()));
        }
        has_room
    }
}

/// Fields of [`Event::Request`] that are collected while the request is answered.
#[derive(Debug, Default)]
struct Trace {
    rpc_methods: Vec<&'static str>,
    tools: Vec<&'static str>,
    normalized_arguments: u32,
    upstream_time: Duration,
    upstream_request_id: Option<String>,
}

impl<H: Host> Context<'_, H> {
    /// Writes an event to the log under the id of this request.
    pub(crate) fn log(&self, event: &Event) {
        self.log_at(self.host.now(), event);
    }

    fn log_at(&self, now: Duration, event: &Event) {
        self.host.log(&event.line(now, self.request_id.as_str()));
    }

    /// The time until the request must be answered.
    pub(crate) fn time_left(&self) -> Duration {
        self.deadline.saturating_sub(self.host.monotonic())
    }

    /// Sends a request to the API or the portal ([`crate::host::HttpClient::send`]). The request continues the trace of
    /// the caller.
    ///
    /// The call ends when the time of the request does. A call that may change something is sent only if it has all of
    /// its own time left, so that its answer is always told.
    ///
    /// # Errors
    /// [`HttpError`].
    pub(crate) async fn send(
        &self,
        mut request: Request<Bytes>,
        limits: &HttpLimits,
    ) -> Result<HttpResponse, HttpError> {
        if let Some(trace_context) = &*self.trace_context.borrow() {
            trace_context.add_to(request.headers_mut(), self.host);
        }
        self.send_foreign(request, limits).await
    }

    /// Sends a request to a server that is not the operator's. It learns nothing of the trace.
    ///
    /// # Errors
    /// [`HttpError`].
    pub(crate) async fn send_foreign(
        &self,
        mut request: Request<Bytes>,
        limits: &HttpLimits,
    ) -> Result<HttpResponse, HttpError> {
        state_length(&mut request);
        let limits = self.within_budget(request.method(), limits)?;
        let room = AnswerRoom {
            room: &self.room,
            taken: Cell::default(),
        };
        let started_at = self.host.now();
        let response = self.host.send(request, &limits, &room).await;
        let taken = self.host.now().saturating_sub(started_at);
        let time = &mut self.trace.borrow_mut().upstream_time;
        *time = time.saturating_add(taken);
        response
    }

    /// Counts a call, and cuts its limits to the time that is left.
    ///
    /// # Errors
    /// [`HttpError::NotSent`] when there is no time for the call, or when there were too many.
    fn within_budget(&self, method: &Method, limits: &HttpLimits) -> Result<HttpLimits, HttpError> {
        let calls = self.calls.get();
        if calls >= MAX_CALLS {
            return Err(HttpError::NotSent("there were too many calls before it"));
        }
        let left = self.time_left();
        let needed = if method.is_safe() {
            Duration::from_secs(1)
        } else {
            limits.total
        };
        if left < needed {
            return Err(HttpError::NotSent("too little time was left for it"));
        }
        if !method.is_safe() && !self.room.fits(ANSWER) {
            return Err(HttpError::NotSent("there was no room for its answer"));
        }
        self.calls.set(calls + 1);
        Ok(HttpLimits {
            connect: limits.connect.min(left),
            first_byte: limits.first_byte.min(left),
            total: limits.total.min(left),
            max_body: limits.max_body,
        })
    }

    /// Sets the trace that outbound requests continue and that the line of the log names. In a batch, the last message
    /// counts.
    pub(crate) fn note_trace_context(&self, trace_context: Option<TraceContext>) {
        *self.trace_context.borrow_mut() = trace_context;
    }

    /// Sets the client that upstream requests name. In a batch, the last message counts.
    pub(crate) fn note_client(&self, client: Option<ClientName>) {
        *self.client.borrow_mut() = client;
    }

    /// The client that upstream requests name.
    pub(crate) fn client(&self) -> Option<ClientName> {
        self.client.borrow().clone()
    }

    /// Records a JSON-RPC method of the request.
    pub(crate) fn note_method(&self, method: &'static str) {
        self.trace.borrow_mut().rpc_methods.push(method);
    }

    /// Records a tool that was called.
    pub(crate) fn note_tool(&self, tool: &'static str) {
        self.trace.borrow_mut().tools.push(tool);
    }

    /// Records how many arguments of a tool call were normalized.
    pub(crate) fn note_normalized(&self, count: u32) {
        let mut trace = self.trace.borrow_mut();
        trace.normalized_arguments = trace.normalized_arguments.saturating_add(count);
    }

    /// Records the request id of a call of the API.
    pub(crate) fn note_upstream_request_id(&self, id: &str) {
        self.trace.borrow_mut().upstream_request_id = Some(id.to_owned());
    }

    /// Writes [`Event::Request`]. Call it once, when the reply is ready.
    pub(crate) fn log_request(&self, route: &'static str, http_method: &Method, status: u16) {
        let trace = self.trace.take();
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let now = self.host.now();
        let event = Event::Request {
            route,
            http_method: excerpt(http_method.as_str(), 16),
            rpc_methods: trace.rpc_methods,
            tools: trace.tools,
            normalized_arguments: trace.normalized_arguments,
            status,
            duration_ms: milliseconds(now.saturating_sub(self.started_at)),
            upstream_ms: milliseconds(trace.upstream_time),
            upstream_request_id: trace.upstream_request_id,
            trace_id: self
                .trace_context
                .borrow()
                .as_ref()
                .map(|context| context.trace_id().to_owned()),
        };
        self.log_at(now, &event);
    }
}

/// States the length of the body (RFC 9110, section 8.6). WASI hosts see a body as a stream. Without its length they send it
/// in chunks, which servers under WSGI read as an empty body, and send chunks even where there is no body, except for GET
/// and HEAD.
fn state_length(request: &mut Request<Bytes>) {
    if !request.body().is_empty() || !matches!(*request.method(), Method::GET | Method::HEAD) {
        let length = request.body().len().into();
        request.headers_mut().insert(CONTENT_LENGTH, length);
    }
}
