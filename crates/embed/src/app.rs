//! A built application: finds the component for a request, runs it, and turns every failure into a response.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use wasmtime_wasi_http::handler::{
    ExpirationError, InstantiationError, ProxyHandler, TrapOrPanicError,
};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::body::{BoxError, TimedBody};
use crate::instance::{Arrival, Factory, GRACE};
use crate::limits::Limits;
use crate::log::ComponentLog;
use crate::outbound::{LocalResponse, LocalServices};
use crate::queue::{Kind, Queue, Start};
use crate::reply::{Failure, busy, failed, incomplete, not_found, text, too_large, too_slow};
use crate::request::{RequestIds, set_absolute_uri};
use crate::request_body::{BodyFailure, receive};
use crate::routes::{RouteMatch, Routes, Target};
use crate::state::ComponentContext;
use crate::static_response::StaticResponse;
use crate::storage::{Database, KeyValue};

/// The client address that components see for a request from another component.
const NO_CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
/// The host answers this path.
const HEALTH_PATH: &str = "/.well-known/spin/health";
/// The usual path of a component that says whether it is alive. Its requests do not wait behind others.
const LIVENESS_PATH: &str = "/healthz";

/// The body of a response.
pub type ResponseBody = http_body_util::combinators::UnsyncBoxBody<Bytes, BoxError>;

/// A running application. Clones share it; it ends when the last of them is dropped.
#[derive(Clone)]
pub struct App(pub(crate) Arc<AppInner>);

pub(crate) struct AppInner {
    pub(crate) name: String,
    pub(crate) limits: Limits,
    pub(crate) log: ComponentLog,
    pub(crate) routes: Routes,
    pub(crate) static_responses: Vec<StaticResponse>,
    pub(crate) components: BTreeMap<String, Mounted>,
    /// The turns of requests from outside.
    pub(crate) queue: Queue,
    /// Permits for requests between components.
    pub(crate) chained: Semaphore,
    pub(crate) request_ids: RequestIds,
}

/// A component with its instances.
pub(crate) struct Mounted {
    pub(crate) target: Target,
    pub(crate) component: Arc<ComponentContext>,
    pub(crate) instances: ProxyHandler<Factory>,
}

impl App {
    /// The name of the application.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Answers a request in-process, as if it had come from a client on this machine.
    ///
    /// A trap or an exceeded limit becomes a response, not an error: 413 for a body beyond the limit, 503 for a request
    /// that waited too long for its turn, 504 for one that took too long, 500 for the rest. 500 and 504 carry an
    /// `x-request-id`, which the log has as well.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<ResponseBody>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.handle_from(request, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .await
    }

    /// Does the same as [`App::handle`], for a request that the client at `client` sent.
    pub async fn handle_from<B>(
        &self,
        request: Request<B>,
        client: SocketAddr,
    ) -> Response<ResponseBody>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        into_response(self.0.answer(request, client).await)
    }
}

impl LocalServices for AppInner {
    fn call_self(&self, request: Request<WasiBody>) -> LocalResponse<'_> {
        Box::pin(async move {
            let _permit = self.chained_permit()?;
            Ok(self.route(request, NO_CLIENT, None).await)
        })
    }

    fn call_component<'a>(&'a self, id: &'a str, request: Request<WasiBody>) -> LocalResponse<'a> {
        Box::pin(async move {
            let _permit = self.chained_permit()?;
            let mounted = self.components.get(id).ok_or(Error::DestinationNotFound)?;
            let path = request.uri().path().to_owned();
            let found = RouteMatch::chained(&mounted.target, &path);
            Ok(self.run(mounted, &found, request, NO_CLIENT, None).await)
        })
    }
}

impl AppInner {
    /// Waits until the request may run, and runs it.
    async fn answer<B>(&self, request: Request<B>, client: SocketAddr) -> Response<WasiBody>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let path = request.uri().path();
        if path == HEALTH_PATH {
            return text(StatusCode::OK, "OK");
        }
        let is_probe = path == LIVENESS_PATH;
        let limit = self.limits.request_body_bytes;
        let (parts, body) = request.into_parts();
        let (body, kind, failure) = match receive(body, limit).await {
            Ok(received) => received,
            Err(failure) => return self.without_body(failure),
        };
        let kind = match kind {
            Kind::Complete if is_probe => Kind::Probe,
            kind => kind,
        };
        let Some(_turn) = self.queue.turn(kind).await else {
            return busy();
        };
        let start = match kind {
            Kind::Probe => None,
            Kind::Complete | Kind::Upload => self.queue.start().await,
        };
        let request = Request::from_parts(parts, body.boxed_unsync());
        let response = self.route(request, client, start).await;
        // A component that read the body saw an error in its middle. Its own response would hide the reason.
        match failure.get() {
            Some(failure @ (BodyFailure::TooLarge | BodyFailure::TooSlow)) => {
                self.without_body(*failure)
            }
            Some(BodyFailure::Broken) | None => response,
        }
    }

    /// The response to a request whose body did not arrive.
    fn without_body(&self, failure: BodyFailure) -> Response<WasiBody> {
        match failure {
            BodyFailure::TooLarge => too_large(self.limits.request_body_bytes),
            BodyFailure::TooSlow => too_slow(),
            BodyFailure::Broken => incomplete(),
        }
    }

    fn chained_permit(&self) -> Result<SemaphorePermit<'_>, Error> {
        self.chained.try_acquire().map_err(|_| {
            self.log.host(
                "refused a request between components: too many are in flight, perhaps because components call each \
                 other in a loop",
            );
            Error::LoopDetected
        })
    }

    /// Answers a request from outside, or from a component to its own application.
    async fn route(
        &self,
        request: Request<WasiBody>,
        client: SocketAddr,
        start: Option<Start>,
    ) -> Response<WasiBody> {
        let path = request.uri().path().to_owned();
        let Some(found) = self.routes.find(&path) else {
            return not_found();
        };
        match found.target {
            Target::Static(index) => self.static_response(*index),
            Target::Component(id) => match self.components.get(id) {
                Some(mounted) => self.run(mounted, &found, request, client, start).await,
                None => not_found(),
            },
        }
    }

    async fn run(
        &self,
        mounted: &Mounted,
        found: &RouteMatch<'_>,
        mut request: Request<WasiBody>,
        client: SocketAddr,
        start: Option<Start>,
    ) -> Response<WasiBody> {
        let begun = Instant::now();
        let Some(full_url) = set_absolute_uri(&mut request) else {
            return text(
                StatusCode::BAD_REQUEST,
                "The Host header or the path is malformed.\n",
            );
        };
        // The header applies to this connection only, and `wasi:http` forbids it in requests that a component forwards.
        request.headers_mut().remove(header::CONNECTION);
        found.set_headers(request.headers_mut(), &full_url, client);

        let log = &mounted.component.log;
        let tag = self.request_ids.next_tag();
        let time = self.limits.request_time;
        let arrival = Arrival {
            tag: tag.clone(),
            start,
        };
        let answer = mounted.instances.handle(arrival, request);
        // The instance enforces the time limit too. This timeout covers the case that it cannot, so that a client never
        // waits without end.
        let answer =
            tokio::time::timeout_at(begun + time.saturating_add(GRACE.saturating_mul(2)), answer)
                .await;
        let failure = match answer {
            Ok(Ok(response)) => {
                tag.done.store(true, Ordering::Relaxed);
                return response.map(|body| TimedBody::until(body, begun + time).boxed_unsync());
            }
            Ok(Err(error)) if error.is::<TrapOrPanicError>() => {
                // The instance has ended. It logs the cause with the requests that are not done, so the tag stays so.
                let failure = if begun.elapsed() < time {
                    Failure::Internal
                } else {
                    Failure::Timeout
                };
                return failed(failure, &tag.id);
            }
            Ok(Err(error)) if !error.is::<ExpirationError>() => {
                let cause = describe(&error);
                log.host(&format!("request {} failed: {cause}", tag.id));
                Failure::Internal
            }
            Ok(Err(_)) | Err(_) => {
                log.host(&format!("request {} exceeded the time limit", tag.id));
                Failure::Timeout
            }
        };
        tag.done.store(true, Ordering::Relaxed);
        failed(failure, &tag.id)
    }

    fn static_response(&self, index: usize) -> Response<WasiBody> {
        let Some(response) = self.static_responses.get(index) else {
            return text(StatusCode::NOT_FOUND, "");
        };
        // The builder refuses a response that is not legal.
        response
            .to_response()
            .unwrap_or_else(|_| text(StatusCode::INTERNAL_SERVER_ERROR, ""))
    }

    /// Moves the write-ahead logs of SQLite into the database files.
    pub(crate) fn flush(&self) {
        for component in self.components.values().map(|mounted| &mounted.component) {
            component.key_value.values().for_each(KeyValue::flush);
            component.databases.values().for_each(Database::flush);
        }
    }
}

fn describe(error: &wasmtime::Error) -> String {
    match error.downcast_ref::<InstantiationError<Arrival>>() {
        Some(failure) => format!("instantiation failed: {:#}", failure.error),
        None => format!("{error:#}"),
    }
}

/// A response as a program outside sees it.
pub(crate) fn into_response(response: Response<WasiBody>) -> Response<ResponseBody> {
    response.map(|body| body.map_err(BoxError::from).boxed_unsync())
}
