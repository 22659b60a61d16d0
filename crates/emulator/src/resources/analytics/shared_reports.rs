//! The links under which reports are shared.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use http::{HeaderValue, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::report::{ReportRequest, html};
use crate::host::{Host, SqlError};
use crate::people::PEOPLE;
use crate::store::{settings, workspaces};

/// A report with a link. The token is known to its holders only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedReport {
    token_hash: String,
    request: ReportRequest,
    created_at: i64,
}

impl SharedReport {
    /// The record of a report with this token.
    pub fn new(token: &str, request: ReportRequest, now: i64) -> Self {
        Self {
            token_hash: hash(token),
            request,
            created_at: now,
        }
    }
}

fn hash(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token.as_bytes()))
}

/// The report behind `/reports/{token}`, as it is now.
pub async fn open(host: &impl Host, path: &str) -> Result<Option<Response<Bytes>>, SqlError> {
    let wanted = hash(path.trim_start_matches('/'));
    let now = settings::load(host).await?.now(host);
    for person in &PEOPLE {
        let mut workspace = workspaces::load(host, person.id).await?.workspace;
        workspace.settle(now);
        let found = workspace
            .analytics
            .reports
            .iter()
            .find(|report| report.token_hash == wanted);
        if let Some(report) = found
            && let Ok(html) = html(&workspace, &report.request, now)
        {
            let mut response = Response::new(Bytes::from(html));
            for (name, value) in [
                ("content-type", "text/html; charset=utf-8"),
                ("cache-control", "no-store"),
                ("referrer-policy", "no-referrer"),
                ("x-content-type-options", "nosniff"),
                (
                    "content-security-policy",
                    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
                ),
            ] {
                response
                    .headers_mut()
                    .insert(name, HeaderValue::from_static(value));
            }
            return Ok(Some(response));
        }
    }
    Ok(None)
}
