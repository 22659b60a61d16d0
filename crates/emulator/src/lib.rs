//! A stand-in for TokPortal, for trying and testing the connector without an account: the public REST API under
//! `/api/ext/`, the portal under `/portal/`, test controls under `/emulator/`, and a landing page at `/`.
//!
//! The core has no I/O of its own: it sees a [`host::Host`] and is tested natively. The Spin shell fills that seam.

#[cfg(test)]
mod tests;

pub mod answer;
mod control_accounts;
mod control_prices;
mod control_seed;
pub mod controls;
pub mod decisions;
mod deliveries;
pub mod dry_run;
pub mod error;
pub mod events;
mod faults;
pub mod host;
pub mod idempotency;
pub mod ids;
pub mod multipart;
pub mod operations;
pub mod people;
pub mod pipeline;
pub mod portal;
pub mod request;
pub mod resources;
pub mod routes;
pub mod schema;
pub mod seed;
mod seed_accounts;
mod seed_orders;
pub mod store;
pub mod time;
mod upload_links;
pub mod workspace;

#[cfg(target_arch = "wasm32")]
mod shell;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::host::Host;
use crate::pipeline::Incoming;

/// Answers one HTTP request, whatever it asks for.
pub async fn handle(host: &impl Host, request: Request<Bytes>) -> Response<Bytes> {
    if let Err(error) = store::prepare(host).await {
        eprintln!("the database is not usable: {}", error.0);
        return plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "The emulator's database is not usable; its log says why.",
        );
    }
    let (parts, body) = request.into_parts();
    let full = parts.uri.path();
    let incoming = |path| Incoming {
        method: parts.method.as_str(),
        path,
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body: &body,
    };
    let below = |root: &str| {
        full.strip_prefix(root)
            .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if let Some(path) = below("/api/ext") {
        pipeline::answer(host, incoming(path)).await
    } else if let Some(path) = below("/emulator/uploads") {
        upload_links::answer(host, incoming(path)).await
    } else if let Some(path) = below("/emulator") {
        controls::answer(host, incoming(path)).await
    } else if let Some(path) = below("/reports") {
        report(host, path).await
    } else if let Some(path) = below("/portal") {
        portal::answer(host, incoming(path)).await
    } else if full == "/" && parts.method == http::Method::GET {
        portal::landing(host)
    } else {
        plain(StatusCode::NOT_FOUND, "There is nothing here.")
    }
}

/// A report behind its link.
async fn report(host: &impl Host, path: &str) -> Response<Bytes> {
    match resources::analytics::shared_reports::open(host, path).await {
        Ok(Some(page)) => page,
        Ok(None) => plain(StatusCode::NOT_FOUND, "There is no such report."),
        Err(error) => {
            eprintln!("report: {}", error.0);
            plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The emulator failed; its log says why.",
            )
        }
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        "content-type",
        http::HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
