//! Responses that a manifest writes out: `static_response` in a trigger.

use std::collections::BTreeMap;

use http::Response;
use serde::Deserialize;
use wasmtime_wasi_http::WasiBody;

use crate::body::full;

/// The response of a route that no component serves.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaticResponse {
    status_code: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

impl StaticResponse {
    /// # Errors
    /// The status code or a header is not legal in HTTP.
    pub(crate) fn to_response(&self) -> http::Result<Response<WasiBody>> {
        let mut response = Response::builder().status(self.status_code.unwrap_or(200));
        for (name, value) in &self.headers {
            response = response.header(name, value);
        }
        response.body(full(self.body.clone().unwrap_or_default()))
    }
}
