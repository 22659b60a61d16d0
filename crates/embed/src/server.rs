//! Serves an application on a socket.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::body::ClientBody;
use crate::error::Error;

/// How long requests in flight may take to finish when the server shuts down.
const SHUTDOWN_TIME: Duration = Duration::from_secs(10);
/// How long to wait when the process has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// hyper's own least size of the buffer that a request header must fit in.
const LEAST_HEADER_BYTES: usize = 8192;

/// A server on one address. Dropping it stops it at once; [`Server::shutdown`] stops it in order.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl App {
    /// Listens on `address`, for example `127.0.0.1:0` for any free port, and serves.
    ///
    /// # Errors
    /// The address cannot be listened on, for example because another program does.
    pub async fn bind(
        &self,
        address: impl ToSocketAddrs + std::fmt::Display,
    ) -> Result<Server, Error> {
        let text = address.to_string();
        let bind = |source| Error::Bind {
            address: text,
            source,
        };
        match TcpListener::bind(address).await {
            Ok(listener) => self.serve(listener),
            Err(source) => Err(bind(source)),
        }
    }

    /// Serves on a socket that listens already.
    ///
    /// # Errors
    /// The socket has no local address.
    pub fn serve(&self, listener: TcpListener) -> Result<Server, Error> {
        let addr = listener.local_addr().map_err(|source| Error::Bind {
            address: "the socket".to_owned(),
            source,
        })?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(self.clone(), listener, stopped));
        Ok(Server {
            addr,
            stop: Some(stop),
            task,
        })
    }
}

impl Server {
    /// The address the server listens on, with the true port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://localhost:<port>`.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.addr.port())
    }

    /// Stops accepting connections, and returns when the requests in flight are done, after ten seconds at the latest.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // It fails when the task has ended, which is what is asked for.
            let _ = stop.send(());
        }
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(app: App, listener: TcpListener, mut stopped: oneshot::Receiver<()>) {
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stopped => break,
        };
        match accepted {
            Ok((stream, client)) => serve_connection(&app, stream, client, &graceful),
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    // Whatever is not done by then is cut off when the process or the runtime ends.
    let _ = tokio::time::timeout(SHUTDOWN_TIME, graceful.shutdown()).await;
    app.0.flush();
}

fn serve_connection(app: &App, stream: TcpStream, client: SocketAddr, graceful: &GracefulShutdown) {
    // Responses are written whole, so waiting for more to send only costs time.
    let _ = stream.set_nodelay(true);
    let limits = &app.0.limits;
    let app = app.clone();
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read_time)
        .max_buf_size(limits.request_header_bytes.max(LEAST_HEADER_BYTES));
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let app = app.clone();
        async move { Ok::<_, Infallible>(app.handle_from(request.map(ClientBody::new), client).await) }
    });
    let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        // An error is a client that went away or spoke no HTTP; neither is of interest.
        let _ = connection.await;
    });
}
