//! A stand-in for TokPortal, for trying and testing the connector without an account: the public REST API under
//! `/emulator/api/ext/`, the portal under `/portal/`, test controls under `/emulator/`, and a landing page at `/`.
//!
//! The core has no I/O of its own: it sees a `Host` and is tested natively. The Spin shell fills that seam. A module
//! imports modules of its own floor and of those below:
//!
//! | floor | rooms |
//! |---|---|
//! | the four roots | this file, `pipeline`, `portal`, `controls`, `upload_links` |
//! | what they share | `faults`, `deliveries`, `workspaces`, `demo`, `clock` |
//! | operations | `api`: a folder or file for each family |
//! | ground | `contract`, `store`, `call`, `answer`, `ledger`, `workspace`, `error`, `people`, `ids`, `time`, `text`, `incoming`, `outgoing`, `multipart`, `host` |

#[cfg(test)]
mod tests;

pub mod error;
pub mod host;
pub mod people;

mod answer;
mod api;
mod call;
mod clock;
mod contract;
mod controls;
mod deliveries;
mod demo;
mod faults;
mod ids;
mod incoming;
mod ledger;
mod multipart;
mod outgoing;
mod pipeline;
mod portal;
mod store;
mod text;
mod time;
mod upload_links;
mod workspace;
mod workspaces;

#[cfg(target_arch = "wasm32")]
mod shell;

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{Method, Request};

use crate::api::analytics;
use crate::host::{Host, SqlError};
use crate::incoming::Incoming;
use crate::outgoing::{NO_SNIFF, NO_STORE, Response, message, response};
use crate::people::PEOPLE;

/// Answers one HTTP request.
pub async fn handle(host: &impl Host, request: Request<Bytes>) -> http::Response<Bytes> {
    let (parts, body) = request.into_parts();
    let full = parts.uri.path();
    let incoming = |path| Incoming {
        method: parts.method.as_str(),
        path,
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body: &body,
    };
    let is_path = |rest: &&str| rest.is_empty() || rest.starts_with('/');
    let below = |root: &str| full.strip_prefix(root).filter(is_path);
    if !host.prepared().load(Ordering::Relaxed) {
        if let Err(error) = controls::prepare(host).await {
            return outgoing::failed("the first day", &error);
        }
        host.prepared().store(true, Ordering::Relaxed);
    }
    if matches!(full, "/" | "/emulator" | "/emulator/") && parts.method == Method::GET {
        portal::landing(host)
    } else if let Some(path) = below("/api/ext").or(below("/emulator/api/ext")) {
        pipeline::answer(host, incoming(path)).await
    } else if let Some(path) = below("/emulator/uploads") {
        upload_links::answer(host, incoming(path)).await
    } else if let Some(token) = below("/emulator/reports") {
        let report = report(host, token.trim_start_matches('/')).await;
        report.unwrap_or_else(|error| outgoing::failed("report", &error))
    } else if let Some(path) = below("/emulator") {
        controls::answer(host, incoming(path)).await
    } else if let Some(path) = below("/portal") {
        portal::answer(host, incoming(path)).await
    } else {
        message(404, "There is nothing here.")
    }
}

/// A report behind its link.
async fn report(host: &impl Host, token: &str) -> Result<Response, SqlError> {
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
    for person in &PEOPLE {
        let workspace = workspaces::load(host, person.id).await?.workspace;
        if let Some(html) = analytics::open(&workspace, token) {
            let headers = [
                ("content-type", "text/html; charset=utf-8"),
                ("content-security-policy", policy),
                ("referrer-policy", "no-referrer"),
                NO_SNIFF,
                NO_STORE,
            ];
            return Ok(response(200, html, &headers));
        }
    }
    Ok(message(404, "There is no such report."))
}
