//! Serves an application on a socket.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::{App, ResponseBody, into_response};
use crate::client_body::ClientBody;
use crate::client_stream::{ClientStream, Socket, linger};
use crate::connections::Connections;
use crate::error::Error;
use crate::reply::{refused_connection, text};
use crate::request::host_problem;

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
    let limits = &app.0.limits;
    let connections = Connections::new(limits.connections, limits.connections_per_address);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stopped => break,
        };
        let (stream, client) = match accepted {
            Ok(accepted) => accepted,
            Err(_) => {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Some(admitted) = connections.admit(client.ip()) else {
            linger(stream, refused_connection(), &app.0.queue.drains);
            continue;
        };
        // Responses are written whole, so Nagle's algorithm would only delay them.
        let _ = stream.set_nodelay(true);
        let (connection, refused) = app.connection(stream, client);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            finish(connection, &refused).await;
            drop(admitted);
        });
    }
    drop(listener);
    // A request that is still running afterwards ends with the runtime.
    let _ = tokio::time::timeout(SHUTDOWN_TIME, graceful.shutdown()).await;
    app.0.flush();
}

impl App {
    /// Serves one connection that the caller has accepted, for example one with TLS or on a Unix socket. Returns when it
    /// has ended. The limits on connections do not apply.
    pub async fn serve_connection(&self, socket: impl Socket, client: SocketAddr) {
        let (connection, refused) = self.connection(socket, client);
        finish(connection, &refused).await;
    }

    /// A connection, and what to set if it ends because a request was refused.
    fn connection<S: Socket>(
        &self,
        socket: S,
        client: SocketAddr,
    ) -> (
        impl GracefulConnection<Error = hyper::Error> + use<S>,
        Arc<AtomicBool>,
    ) {
        let inner = &self.0;
        let limits = &inner.limits;
        let most_header_bytes = limits.request_header_bytes.max(LEAST_HEADER_BYTES);
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_read_time)
            .max_header_size(most_header_bytes)
            .max_buf_size(most_header_bytes);
        let stream = ClientStream::new(socket, limits.response_write_time, &inner.queue.drains);
        let refused = stream.refused();
        let app = self.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let app = app.clone();
            async move { Ok::<_, Infallible>(app.handle_client(request, client).await) }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        (connection, refused)
    }

    async fn handle_client(
        &self,
        request: hyper::Request<Incoming>,
        client: SocketAddr,
    ) -> http::Response<ResponseBody> {
        let problem = host_problem(&request);
        let time = self.0.limits.body_read_time;
        let request = request.map(|body| ClientBody::new(body, time, &self.0.queue.drains));
        match problem {
            Some(problem) => into_response(text(http::StatusCode::BAD_REQUEST, problem)),
            None => self.handle_from(request, client).await,
        }
    }
}

/// Waits for the end of a connection.
async fn finish(connection: impl Future<Output = Result<(), hyper::Error>>, refused: &AtomicBool) {
    let mut connection = pin!(connection);
    // An error means that the client disconnected or did not speak HTTP. Neither needs a log line.
    if connection.as_mut().await.is_err() {
        refused.store(true, Ordering::Relaxed);
    }
}
