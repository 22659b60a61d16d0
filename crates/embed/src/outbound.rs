//! Requests that components make: what is allowed, and where it goes.

mod client;
mod connector;
mod networks;

use std::sync::{Arc, Weak};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

pub(crate) use client::Client;

use crate::allowed_hosts::{AllowedHosts, Destination};
use crate::app::AppInner;
use crate::body::TimedBody;
use crate::log::ComponentLog;

/// A request to the application that the component is part of, for SDKs that need an authority in the URL.
const SELF_HOST: &str = "self.alt";

/// The outbound side of one component. Both versions of `wasi:http` send through it.
#[derive(Clone)]
pub(crate) struct Outbound(pub(crate) Arc<OutboundRights>);

pub(crate) struct OutboundRights {
    pub(crate) allowed: AllowedHosts,
    pub(crate) log: ComponentLog,
    pub(crate) client: Client,
    /// For requests to other components.
    pub(crate) app: Weak<AppInner>,
}

type IoResult = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: IoResult,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, IoResult), Error>> + Send> {
        let rights = Arc::clone(&self.0);
        Box::new(async move {
            let response = rights.send(request, options.unwrap_or_default()).await?;
            // Connections are driven by tasks of the client, so nothing is left to do here.
            Ok((response, Box::new(async { Ok(()) }) as IoResult))
        })
    }
}

impl OutboundRights {
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
            return self
                .in_process(options, self.app()?.handle_self(request))
                .await;
        }
        let destination = Destination::of(request.uri()).ok_or(Error::HttpRequestUriInvalid)?;
        if !self.allowed.allow(&destination) {
            return Err(self.refuse(&destination.to_string()));
        }
        match destination.chained_component() {
            Some(id) => {
                self.in_process(options, self.app()?.handle_chained(id, request))
                    .await
            }
            None => {
                self.client
                    .send(&self.log, destination, request, options)
                    .await
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

    fn app(&self) -> Result<Arc<AppInner>, Error> {
        self.app.upgrade().ok_or(Error::DestinationUnavailable)
    }

    /// Gives a request to the own application the times that the component asked for.
    async fn in_process(
        &self,
        options: RequestOptions,
        response: impl Future<Output = Result<Response<WasiBody>, Error>>,
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
}
