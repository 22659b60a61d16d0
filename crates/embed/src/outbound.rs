//! Requests that components send: which are allowed, and where they go.

mod client;
mod connector;
mod networks;

use std::pin::Pin;
use std::sync::{Arc, Weak};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

pub(crate) use client::Clients;
pub(crate) use connector::Network;

use crate::allowed_hosts::AllowedHosts;
use crate::body::TimedBody;
use crate::destination::Destination;
use crate::log::ComponentLog;

/// The host name of the component's own application, for SDKs that need an authority in the URL.
const SELF_HOST: &str = "self.alt";

/// The application that a component is part of, as the component reaches it in-process.
pub(crate) trait LocalServices: Send + Sync {
    /// Answers `http://self.alt/...`: routes the request like one from outside.
    fn call_self(&self, request: Request<WasiBody>) -> LocalResponse<'_>;

    /// Answers `http://<id>.spin.internal/...`, whether or not the component has a route.
    fn call_component<'a>(&'a self, id: &'a str, request: Request<WasiBody>) -> LocalResponse<'a>;
}

pub(crate) type LocalResponse<'a> =
    Pin<Box<dyn Future<Output = Result<Response<WasiBody>, Error>> + Send + 'a>>;

/// Sends the requests of one component, for both versions of `wasi:http`.
#[derive(Clone)]
pub(crate) struct Outbound(Arc<Sender>);

struct Sender {
    allowed: AllowedHosts,
    log: ComponentLog,
    client: Clients,
    /// Weak, because the application owns its components.
    local: Weak<dyn LocalServices>,
}

impl Outbound {
    pub(crate) fn new(
        allowed: AllowedHosts,
        log: ComponentLog,
        client: Clients,
        local: Weak<dyn LocalServices>,
    ) -> Self {
        Self(Arc::new(Sender {
            allowed,
            log,
            client,
            local,
        }))
    }
}

type IoResult = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: IoResult,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, IoResult), Error>> + Send> {
        let sender = Arc::clone(&self.0);
        Box::new(async move {
            let response = sender.send(request, options.unwrap_or_default()).await?;
            // The client drives connections in tasks of its own, so this future has no work to do.
            Ok((response, Box::new(async { Ok(()) }) as IoResult))
        })
    }
}

impl Sender {
    async fn send(
        &self,
        request: Request<WasiBody>,
        options: RequestOptions,
    ) -> Result<Response<WasiBody>, Error> {
        let is_self = request
            .uri()
            .host()
            .is_none_or(|host| host.is_empty() || host == SELF_HOST);
        if is_self {
            if !self.allowed.allow_self() {
                return Err(self.refuse("its own application (http://self)"));
            }
            let local = self.local()?;
            return in_process(options, local.call_self(request)).await;
        }
        let destination = Destination::of(request.uri()).ok_or(Error::HttpRequestUriInvalid)?;
        let Some(allowance) = self.allowed.allow(&destination) else {
            return Err(self.refuse(&destination.to_string()));
        };
        match destination.chained_component() {
            Some(id) => {
                let local = self.local()?;
                in_process(options, local.call_component(id, request)).await
            }
            None => {
                let client = self.client.of(allowance);
                client.send(&self.log, destination, request, options).await
            }
        }
    }

    fn refuse(&self, what: &str) -> Error {
        let component = &self.log.component;
        let text = format!(
            "component `{component}` was refused {what}: it is not in its allowed_outbound_hosts"
        );
        self.log.host(&text);
        Error::HttpRequestDenied
    }

    fn local(&self) -> Result<Arc<dyn LocalServices>, Error> {
        self.local.upgrade().ok_or(Error::DestinationUnavailable)
    }
}

/// Applies the timeouts that the component asked for to a request that stays in the process.
async fn in_process(
    options: RequestOptions,
    response: LocalResponse<'_>,
) -> Result<Response<WasiBody>, Error> {
    let first_byte = options
        .first_byte_timeout
        .unwrap_or(client::DEFAULT_TIMEOUT);
    let response = tokio::time::timeout(first_byte, response)
        .await
        .map_err(|_| Error::ConnectionReadTimeout)??;
    let between = options
        .between_bytes_timeout
        .unwrap_or(client::DEFAULT_TIMEOUT);
    Ok(response.map(|body| TimedBody::between(body, between).boxed_unsync()))
}
