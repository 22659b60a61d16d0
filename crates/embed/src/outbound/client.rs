//! The HTTP client for requests of components to hosts outside the application.
//!
//! It pools connections, applies the timeouts in the request options, follows no redirects, and adds or removes no
//! header except `host`.

use std::error::Error as StdError;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio_rustls::rustls;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::connector::{CONNECT_TIMEOUT, ConnectError, Connector, Network};
use crate::allowed_hosts::Allowance;
use crate::body::TimedBody;
use crate::destination::Destination;
use crate::log::ComponentLog;

/// The timeout that WASI hosts use where a component sets none.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);
/// How long an idle connection is kept.
const IDLE_TIME: Duration = Duration::from_secs(30);
/// Idle connections kept per host.
const IDLE_PER_HOST: usize = 32;

/// The clients of one application; clones share the pools.
///
/// There are two, because a pooled connection to a private address, opened for a component that names the host, must
/// not serve a component that may call any host.
#[derive(Clone)]
pub(crate) struct Clients {
    named: Client,
    any_host: Client,
}

impl Clients {
    pub(crate) fn new(network: Network) -> Result<Self, crate::Error> {
        let named = Connector::new(network, DEFAULT_TIMEOUT)
            .map_err(|error| crate::Error::invalid("a trusted certificate", error.to_string()))?;
        let any_host = named.clone().blocking_private_networks();
        Ok(Self {
            named: Client::new(named),
            any_host: Client::new(any_host),
        })
    }

    /// The client for a host that is allowed in this way.
    pub(super) fn of(&self, allowance: Allowance) -> &Client {
        match allowance {
            Allowance::Named => &self.named,
            Allowance::AnyHost => &self.any_host,
        }
    }
}

/// A client with its pool.
#[derive(Clone)]
pub(super) struct Client(legacy::Client<Connector, WasiBody>);

impl Client {
    fn new(connector: Connector) -> Self {
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIME)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .build(connector);
        Self(client)
    }

    /// Sends a request that the component is allowed to send.
    ///
    /// # Errors
    /// An error code of `wasi:http`. The log has the details that a code cannot carry.
    pub(super) async fn send(
        &self,
        log: &ComponentLog,
        destination: Destination,
        request: Request<WasiBody>,
        options: RequestOptions,
    ) -> Result<Response<WasiBody>, Error> {
        let connect = options.connect_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let first_byte = options.first_byte_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let between = options.between_bytes_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let response = CONNECT_TIMEOUT.scope(connect, self.0.request(request));
        let response = tokio::time::timeout(first_byte, response)
            .await
            .map_err(|_| Error::ConnectionReadTimeout)?
            .map_err(|error| {
                log.host(&format!(
                    "request to {destination} failed: {}",
                    with_sources(&error)
                ));
                error_code(&error)
            })?;
        Ok(response.map(|body| {
            TimedBody::between(body.map_err(Error::from).boxed_unsync(), between).boxed_unsync()
        }))
    }
}

fn with_sources(error: &legacy::Error) -> String {
    sources(error)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

fn sources<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| {
        (*error).source()
    })
}

fn error_code(error: &legacy::Error) -> Error {
    for source in sources(error) {
        if let Some(error) = source.downcast_ref::<ConnectError>() {
            return connect_error_code(error);
        }
        // The request body that the component sent ended with this error.
        if let Some(Error::HttpRequestBodySize(size)) = source.downcast_ref::<Error>() {
            return Error::HttpRequestBodySize(*size);
        }
        if let Some(error) = source.downcast_ref::<hyper::Error>() {
            if error.is_incomplete_message() || error.is_closed() {
                return Error::ConnectionTerminated;
            }
            if error.is_parse_too_large() {
                return Error::HttpResponseHeaderSectionSize(None);
            }
        }
    }
    Error::HttpProtocolError
}

fn connect_error_code(error: &ConnectError) -> Error {
    match error {
        ConnectError::Uri => Error::HttpRequestUriInvalid,
        ConnectError::Lookup(_) => Error::DnsError {
            rcode: None,
            info_code: None,
        },
        ConnectError::Prohibited => Error::DestinationIpProhibited,
        ConnectError::Timeout => Error::ConnectionTimeout,
        ConnectError::Tcp(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            Error::ConnectionRefused
        }
        ConnectError::Tcp(_) => Error::DestinationUnavailable,
        ConnectError::Tls(error) => match error
            .get_ref()
            .and_then(|error| error.downcast_ref::<rustls::Error>())
        {
            Some(rustls::Error::InvalidCertificate(_)) => Error::TlsCertificateError,
            _ => Error::TlsProtocolError,
        },
    }
}
