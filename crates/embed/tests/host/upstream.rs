//! A server that components call. It counts connections and requests.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::rustls::{self, pki_types::PrivatePkcs8KeyDer};

/// A running server. It stops when the runtime of the test ends.
#[derive(Clone)]
pub(crate) struct Upstream {
    port: u16,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: AtomicUsize,
    /// A request for `/wait` has arrived.
    waiting: Notify,
    /// The request for `/wait` may be answered.
    release: Notify,
}

impl Upstream {
    async fn bind() -> (Self, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        (Self { port, seen }, listener)
    }

    pub(crate) async fn start() -> Self {
        let (upstream, listener) = Self::bind().await;
        let seen = Arc::clone(&upstream.seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(Arc::clone(&seen), stream));
            }
        });
        upstream
    }

    /// A server with TLS for the host `name`, and its certificate.
    pub(crate) async fn start_tls(name: &str) -> (Self, rcgen::Certificate) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let (upstream, listener) = Self::bind().await;
        let seen = Arc::clone(&upstream.seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
                tokio::spawn(async move {
                    // A client that does not trust the certificate aborts the handshake.
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(seen, stream).await;
                    }
                });
            }
        });
        (upstream, made.cert)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::SeqCst)
    }

    /// Returns when a request for `/wait` has arrived.
    pub(crate) async fn wait_for_request(&self) {
        self.seen.waiting.notified().await;
    }

    /// Answers one request for `/wait`.
    pub(crate) fn release(&self) {
        self.seen.release.notify_one();
    }
}

async fn serve(seen: Arc<Seen>, stream: impl AsyncRead + AsyncWrite + Unpin) {
    seen.connections.fetch_add(1, Ordering::SeqCst);
    let service = service_fn(move |request| {
        let seen = Arc::clone(&seen);
        async move { Ok::<_, Infallible>(answer(&seen, request).await) }
    });
    // Some tests disconnect in the middle of a response, which is an error here.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(seen: &Seen, request: Request<Incoming>) -> Response<BoxBody<Bytes, Infallible>> {
    seen.requests.fetch_add(1, Ordering::SeqCst);
    let text = match request.uri().path() {
        "/redirect" => {
            let mut response = Response::new(Full::new(Bytes::from("moved")).boxed());
            *response.status_mut() = StatusCode::FOUND;
            response
                .headers_mut()
                .insert("location", http::HeaderValue::from_static("/hello"));
            return response;
        }
        "/silence" => std::future::pending().await,
        "/half" => return Response::new(Half { started: false }.boxed()),
        "/wait" => {
            seen.waiting.notify_one();
            seen.release.notified().await;
            "waited".to_owned()
        }
        "/headers" => {
            let mut lines: Vec<String> = request
                .headers()
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                .collect();
            lines.sort();
            lines.join(", ")
        }
        _ => "hello".to_owned(),
    };
    Response::new(Full::new(Bytes::from(text)).boxed())
}

/// A body that sends one frame and never ends.
struct Half {
    started: bool,
}

impl Body for Half {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if std::mem::replace(&mut self.started, true) {
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Frame::data(Bytes::from("half")))))
    }
}
