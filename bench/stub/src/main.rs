//! The upstream of every server that is measured: a REST API that costs next to nothing.
//!
//! One thread answers from texts that are made once, so that the server in front of it is what a run measures. It also
//! introspects keys (`/keys/current`), and counts what it got (`/counts`).

mod answers;

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;

use answers::Answers;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

/// What `/open` answers, for callers without a key.
const OPEN: &str = "/credits/balance";

struct Stub {
    key: String,
    answers: Answers,
    api: Cell<u64>,
    introspections: Cell<u64>,
    refused: Cell<u64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let key = std::env::args().nth(1).expect("the argument is the key");
    let stub = Rc::new(Stub {
        key,
        answers: Answers::new(),
        api: Cell::new(0),
        introspections: Cell::new(0),
        refused: Cell::new(0),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("Listening on http://{}", listener.local_addr()?);
    LocalSet::new()
        .run_until(async {
            loop {
                let (stream, _) = listener.accept().await?;
                tokio::task::spawn_local(serve(stream, Rc::clone(&stub)));
            }
        })
        .await
}

async fn serve(stream: TcpStream, stub: Rc<Stub>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(|request| answer(&stub, request));
    // A client that goes away is no failure of the stub.
    drop(
        http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await,
    );
}

async fn answer(
    stub: &Stub,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if path == "/counts" {
        return Ok(json(StatusCode::OK, counts(stub)));
    }
    // A body that is not read would end the connection. A client that breaks off gets no answer anyway.
    drop(body.collect().await);
    if path == "/open" {
        return Ok(answered(stub, OPEN));
    }
    let is_known = parts
        .headers
        .get("x-api-key")
        .is_some_and(|key| key.as_bytes() == stub.key.as_bytes());
    if !is_known {
        add(&stub.refused);
        return Ok(json(StatusCode::UNAUTHORIZED, stub.answers.refusal()));
    }
    if path == "/keys/current" {
        add(&stub.introspections);
        return Ok(json(StatusCode::OK, stub.answers.introspection()));
    }
    Ok(path.strip_prefix("/api/ext").map_or_else(
        || json(StatusCode::NOT_FOUND, stub.answers.unknown()),
        |operation| answered(stub, operation),
    ))
}

/// The answer of an operation.
fn answered(stub: &Stub, operation: &str) -> Response<Full<Bytes>> {
    let number = add(&stub.api);
    let mut response = json(StatusCode::OK, stub.answers.of(operation));
    answers::add_headers(response.headers_mut(), number);
    response
}

fn json(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn add(count: &Cell<u64>) -> u64 {
    count.set(count.get() + 1);
    count.get()
}

fn counts(stub: &Stub) -> Bytes {
    let counts = serde_json::json!({
        "api": stub.api.get(),
        "introspections": stub.introspections.get(),
        "refused": stub.refused.get(),
    });
    counts.to_string().into()
}
