//! A built application: finds the component for a request, runs it, and turns every failure into a response.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::BodyExt as _;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use wasmtime_wasi_http::handler::{
    ExpirationError, InstantiationError, ProxyHandler, TrapOrPanicError,
};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::body::{BoxError, LimitedBody, TimedBody, full};
use crate::component::StaticResponse;
use crate::instance::{Component, Factory, GRACE, RequestTag};
use crate::limits::Limits;
use crate::log::ComponentLog;
use crate::routes::{RouteMatch, Routes, Target};
use crate::storage::Database;

/// The address that components see as client of a request from another component.
const NO_CLIENT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
const HEALTH_PATH: &str = "/.well-known/spin/health";

/// The body of a response.
pub type ResponseBody = http_body_util::combinators::UnsyncBoxBody<Bytes, BoxError>;

/// A running application. Clones are the same application; it ends with the last of them.
#[derive(Clone)]
pub struct App(pub(crate) Arc<AppInner>);

pub(crate) struct AppInner {
    pub(crate) name: String,
    pub(crate) limits: Limits,
    pub(crate) log: ComponentLog,
    pub(crate) routes: Routes,
    pub(crate) static_responses: Vec<StaticResponse>,
    pub(crate) components: BTreeMap<String, Mounted>,
    pub(crate) requests: Semaphore,
    pub(crate) chained: Semaphore,
    pub(crate) request_ids: RequestIds,
}

/// A component with its instances.
pub(crate) struct Mounted {
    pub(crate) target: Target,
    pub(crate) component: Arc<Component>,
    pub(crate) instances: ProxyHandler<Factory>,
}

impl App {
    /// Starts to describe an application.
    pub fn builder() -> crate::AppBuilder {
        crate::AppBuilder::new()
    }

    /// The name of the application.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Answers a request in-process, as if it had come from a client on this machine.
    ///
    /// A component that traps or runs out of its limits is a response, not an error: 413 for a body beyond the limit,
    /// 504 for a request that took too long, 500 for the rest, with an `x-request-id` that is in the log as well.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<ResponseBody>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.handle_from(request, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .await
    }

    /// [`App::handle`] for a request of the client at `client`.
    pub async fn handle_from<B>(
        &self,
        request: Request<B>,
        client: SocketAddr,
    ) -> Response<ResponseBody>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        // The semaphore is never closed.
        let _turn = self.0.requests.acquire().await.ok();
        let limit = self.0.limits.request_body_bytes;
        if request.body().size_hint().lower() > limit {
            return too_large(limit).map(into_response_body);
        }
        let exceeded = Arc::new(AtomicBool::new(false));
        let request = request.map(|inner| {
            LimitedBody {
                inner: Box::pin(inner),
                left: limit,
                exceeded: Arc::clone(&exceeded),
            }
            .boxed_unsync()
        });
        let response = self.0.route(request, client).await;
        // The component saw an error in the middle of the body; whatever it made of it, this is the reason.
        let response = if exceeded.load(Ordering::Relaxed) {
            too_large(limit)
        } else {
            response
        };
        response.map(into_response_body)
    }
}

impl AppInner {
    /// Answers a request from outside, or from a component to its own application.
    async fn route(&self, request: Request<WasiBody>, client: SocketAddr) -> Response<WasiBody> {
        let path = request.uri().path().to_owned();
        if path == HEALTH_PATH {
            return text(StatusCode::OK, "OK");
        }
        let Some(found) = self.routes.find(&path) else {
            return text(StatusCode::NOT_FOUND, "No component answers this path.\n");
        };
        match found.target {
            Target::Static(index) => self.static_response(*index),
            Target::Component(id) => match self.components.get(id) {
                Some(mounted) => self.run(mounted, &found, request, client).await,
                None => text(StatusCode::NOT_FOUND, "No component answers this path.\n"),
            },
        }
    }

    /// Answers `http://self.alt/...`.
    pub(crate) async fn handle_self(
        &self,
        request: Request<WasiBody>,
    ) -> Result<Response<WasiBody>, Error> {
        let _turn = self
            .chained
            .try_acquire()
            .map_err(|_| self.too_many_chained())?;
        Ok(self.route(request, NO_CLIENT).await)
    }

    /// Answers `http://<id>.spin.internal/...`, whether or not the component has a route.
    pub(crate) async fn handle_chained(
        &self,
        id: &str,
        request: Request<WasiBody>,
    ) -> Result<Response<WasiBody>, Error> {
        let _turn = self
            .chained
            .try_acquire()
            .map_err(|_| self.too_many_chained())?;
        let mounted = self.components.get(id).ok_or(Error::DestinationNotFound)?;
        let path = request.uri().path().to_owned();
        Ok(self
            .run(
                mounted,
                &RouteMatch::chained(&mounted.target, &path),
                request,
                NO_CLIENT,
            )
            .await)
    }

    fn too_many_chained(&self) -> Error {
        self.log.host(
            "refused a request between components: too many are under way, perhaps in a circle",
        );
        Error::LoopDetected
    }

    async fn run(
        &self,
        mounted: &Mounted,
        found: &RouteMatch<'_>,
        mut request: Request<WasiBody>,
        client: SocketAddr,
    ) -> Response<WasiBody> {
        let start = Instant::now();
        let Some(full_url) = set_absolute_uri(&mut request) else {
            return text(
                StatusCode::BAD_REQUEST,
                "The Host header or the path is malformed.\n",
            );
        };
        // It concerns this connection only, and is forbidden in requests that a component forwards.
        request.headers_mut().remove(header::CONNECTION);
        found.set_headers(request.headers_mut(), &full_url, client);

        let log = &mounted.component.log;
        let tag = RequestTag {
            id: self.request_ids.next(),
            done: Arc::default(),
        };
        let time = self.limits.request_time;
        let answer = mounted.instances.handle(tag.clone(), request);
        // The instance keeps the time too; this is for when it cannot, so that no client waits for ever.
        let answer = tokio::time::timeout_at(start + time + 2 * GRACE, answer).await;
        let response = match answer {
            Ok(Ok(response)) => {
                tag.done.store(true, Ordering::Relaxed);
                return response.map(|body| TimedBody::until(body, start + time).boxed_unsync());
            }
            // The instance has ended, and logs why, with the requests that are not done.
            Ok(Err(error)) if error.is::<TrapOrPanicError>() => {
                let status = if start.elapsed() < time {
                    INTERNAL
                } else {
                    TIMEOUT
                };
                return failed(status, &tag.id);
            }
            Ok(Err(error)) if error.is::<ExpirationError>() => {
                log.host(&format!(
                    "request {} took longer than a request may",
                    tag.id
                ));
                failed(TIMEOUT, &tag.id)
            }
            Ok(Err(error)) => {
                log.host(&format!("request {} failed: {}", tag.id, describe(&error)));
                failed(INTERNAL, &tag.id)
            }
            Err(_) => {
                log.host(&format!(
                    "request {} took longer than a request may",
                    tag.id
                ));
                failed(TIMEOUT, &tag.id)
            }
        };
        tag.done.store(true, Ordering::Relaxed);
        response
    }

    /// Moves what SQLite keeps beside its files into them.
    pub(crate) fn flush(&self) {
        for component in self.components.values().map(|mounted| &mounted.component) {
            component.key_value.flush();
            component.databases.values().for_each(Database::flush);
        }
    }

    fn static_response(&self, index: usize) -> Response<WasiBody> {
        let Some(response) = self.static_responses.get(index) else {
            return text(StatusCode::NOT_FOUND, "");
        };
        let mut built = Response::builder().status(response.status_code.unwrap_or(200));
        for (name, value) in &response.headers {
            built = built.header(name, value);
        }
        let body = full(response.body.clone().unwrap_or_default());
        // Checked when the application was built.
        built
            .body(body)
            .unwrap_or_else(|_| text(StatusCode::INTERNAL_SERVER_ERROR, ""))
    }
}

const INTERNAL: (StatusCode, &str) = (StatusCode::INTERNAL_SERVER_ERROR, "The application failed.");
const TIMEOUT: (StatusCode, &str) = (
    StatusCode::GATEWAY_TIMEOUT,
    "The application took too long.",
);

fn describe(error: &wasmtime::Error) -> String {
    match error.downcast_ref::<InstantiationError<RequestTag>>() {
        Some(failure) => format!("no instance could be made: {:#}", failure.error),
        None => format!("{error:#}"),
    }
}

/// What a client may know of a failure: the rest is in the log, under the same id.
fn failed((status, what): (StatusCode, &str), id: &str) -> Response<WasiBody> {
    let mut response = text(status, &format!("{what} Request id: {id}\n"));
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

fn too_large(limit: u64) -> Response<WasiBody> {
    text(
        StatusCode::PAYLOAD_TOO_LARGE,
        &format!("The request body is larger than {limit} bytes.\n"),
    )
}

fn text(status: StatusCode, body: &str) -> Response<WasiBody> {
    let mut response = Response::new(full(body.to_owned()));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}

fn into_response_body(body: WasiBody) -> ResponseBody {
    body.map_err(BoxError::from).boxed_unsync()
}

/// Gives the request the absolute URI that components see, from its Host header, and returns it.
fn set_absolute_uri(request: &mut Request<WasiBody>) -> Option<String> {
    let host = match request.headers().get(header::HOST) {
        Some(host) => host.to_str().ok()?.to_owned(),
        None => request
            .uri()
            .authority()
            .map_or_else(|| "localhost".to_owned(), ToString::to_string),
    };
    let path = request.uri().path_and_query()?.as_str();
    // `OPTIONS *` concerns a server, and a component is none.
    if !path.starts_with('/') {
        return None;
    }
    let uri = Uri::builder()
        .scheme("http")
        .authority(host.as_str())
        .path_and_query(path)
        .build()
        .ok()?;
    let full_url = uri.to_string();
    *request.uri_mut() = uri;
    Some(full_url)
}

/// Makes request ids: a number of this process and a counter, in hex.
pub(crate) struct RequestIds {
    process: u32,
    counter: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        use std::hash::{BuildHasher as _, RandomState};
        // Ids only have to differ between runs; the seed of a hash map does.
        let process = RandomState::new().hash_one(std::process::id());
        Self {
            process: process as u32,
            counter: AtomicU64::new(0),
        }
    }

    fn next(&self) -> Arc<str> {
        format!(
            "{:08x}-{:x}",
            self.process,
            self.counter.fetch_add(1, Ordering::Relaxed)
        )
        .into()
    }
}
