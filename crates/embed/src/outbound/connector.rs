//! Opens connections to hosts outside the application: name resolution, address check, TCP, TLS.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};
use url::Host;

use super::networks::is_private;
use crate::destination::Destination;
use crate::resolve::{Resolve, Target};

tokio::task_local! {
    /// The connect timeout of the request that a connection is opened for.
    pub(super) static CONNECT_TIMEOUT: Duration;
}

/// What the operator says about the network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    /// Whether private addresses are refused even if the host is allowed by name.
    pub(crate) block_private: bool,
    /// Root certificates (DER) beside those that Mozilla trusts.
    pub(crate) trusted: Vec<Vec<u8>>,
    /// Names whose address the operator gives.
    pub(crate) resolve: Resolve,
}

/// Opens connections for a client, which pools them.
#[derive(Clone)]
pub(super) struct Connector {
    tls: Arc<ClientConfig>,
    resolve: Arc<Resolve>,
    block_private: bool,
    default_timeout: Duration,
}

/// Why a connection could not be opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error("the URL is malformed")]
    Uri,
    #[error("name resolution failed: {0}")]
    Lookup(io::Error),
    #[error(
        "all addresses of the host are in private networks, which are blocked; name the host in allowed_outbound_hosts \
         if it is allowed by `*` only"
    )]
    Prohibited,
    #[error("the connection was not established in time")]
    Timeout,
    #[error("the host could not be reached: {0}")]
    Tcp(io::Error),
    #[error("the TLS handshake failed: {0}")]
    Tls(io::Error),
}

impl Connector {
    pub(super) fn new(network: Network, default_timeout: Duration) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.into(),
        };
        for certificate in network.trusted {
            roots.add(CertificateDer::from(certificate))?;
        }
        let tls =
            ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_root_certificates(roots)
                .with_no_client_auth();
        Ok(Self {
            tls: Arc::new(tls),
            resolve: Arc::new(network.resolve),
            block_private: network.block_private,
            default_timeout,
        })
    }

    /// The same, but it refuses private addresses.
    pub(super) fn blocking_private_networks(self) -> Self {
        Self {
            block_private: true,
            ..self
        }
    }

    async fn connect(self, uri: Uri, deadline: Instant) -> Result<TokioIo<Stream>, ConnectError> {
        let destination = Destination::of(&uri).ok_or(ConnectError::Uri)?;
        let addresses = self.addresses(&destination).await?;
        let tcp = connect_any(&addresses, deadline).await?;
        // Requests are written whole, so Nagle's algorithm would only delay them.
        tcp.set_nodelay(true).map_err(ConnectError::Tcp)?;
        if destination.scheme != "https" {
            return Ok(TokioIo::new(Stream::Plain(tcp)));
        }
        let name = match destination.host {
            Host::Domain(domain) => ServerName::try_from(domain).map_err(|_| ConnectError::Uri)?,
            Host::Ipv4(ip) => IpAddr::V4(ip).into(),
            Host::Ipv6(ip) => IpAddr::V6(ip).into(),
        };
        let tls = TlsConnector::from(self.tls)
            .connect(name, tcp)
            .await
            .map_err(ConnectError::Tls)?;
        Ok(TokioIo::new(Stream::Tls(Box::new(tls))))
    }

    /// The addresses of a host that may be connected to.
    async fn addresses(&self, destination: &Destination) -> Result<Vec<SocketAddr>, ConnectError> {
        let port = destination.port;
        let mut addresses = match (&destination.host, self.resolve.target(destination)) {
            (_, Some(Target::Place(place))) => return Ok(vec![place]),
            (_, Some(Target::Answer(ip))) => vec![(ip, port).into()],
            (Host::Ipv4(ip), None) => vec![(*ip, port).into()],
            (Host::Ipv6(ip), None) => vec![(*ip, port).into()],
            (Host::Domain(domain), None) => tokio::net::lookup_host((domain.as_str(), port))
                .await
                .map_err(ConnectError::Lookup)?
                .collect(),
        };
        if self.block_private {
            addresses.retain(|address| !is_private(address.ip()));
            if addresses.is_empty() {
                return Err(ConnectError::Prohibited);
            }
        }
        Ok(addresses)
    }
}

/// Tries the addresses in order. Each attempt may take an equal share of the remaining time.
async fn connect_any(
    addresses: &[SocketAddr],
    deadline: Instant,
) -> Result<TcpStream, ConnectError> {
    let mut failure = ConnectError::Lookup(io::Error::from(io::ErrorKind::NotFound));
    for (index, address) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(addresses.len() - index).unwrap_or(1);
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => failure = ConnectError::Tcp(error),
            Err(_) => failure = ConnectError::Timeout,
        }
    }
    Err(failure)
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let timeout = CONNECT_TIMEOUT
            .try_with(|timeout| *timeout)
            .unwrap_or(self.default_timeout);
        let connector = self.clone();
        Box::pin(async move {
            let deadline = Instant::now() + timeout;
            tokio::time::timeout_at(deadline, connector.connect(uri, deadline))
                .await
                .unwrap_or(Err(ConnectError::Timeout))
        })
    }
}

/// A connection, with or without TLS.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, parts),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
