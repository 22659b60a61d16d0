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
/// The pause after a failed accept, for example when the process has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// The smallest header buffer that hyper accepts.
const LEAST_HEADER_BYTES: usize = 8192;

/// A server on one address. Dropping it stops it at once; [`Server::shutdown`] lets requests finish.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl App {
    /// Listens on `address` and serves. Port 0 chooses a free port.
    ///
    /// # Errors
    /// The host cannot listen on the address, for example because another program does.
    pub async fn bind(
        &self,
        address: impl ToSocketAddrs + std::fmt::Display,
    ) -> Result<Server, Error> {
        let text = address.to_string();
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| Error::Bind {
                address: text,
                source,
            })?;
        self.serve(listener)
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
    /// The address that the server listens on, with the port in use.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://localhost:<port>`.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.addr.port())
    }

    /// Stops accepting connections and waits up to ten seconds for the requests in flight.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // Sending fails only if the task has already ended.
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
    // A request that is still running afterwards ends with the runtime.
    let _ = tokio::time::timeout(SHUTDOWN_TIME, graceful.shutdown()).await;
    app.0.flush();
}

fn serve_connection(app: &App, stream: TcpStream, client: SocketAddr, graceful: &GracefulShutdown) {
    // Responses are written whole, so Nagle's algorithm would only delay them.
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
        // An error means that the client disconnected or did not speak HTTP. Neither needs a log line.
        let _ = connection.await;
    });
}
