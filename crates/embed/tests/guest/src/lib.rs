//! A component with one path for each thing a host must do, and a few that a host must survive.
#![cfg(target_arch = "wasm32")]

mod misuse;
mod network;
mod state;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use spin_sdk::http::{FullBody, Request, Response};
use spin_sdk::http_service;

/// What a path answers: text, or the text of an error.
type Answer = Result<String, String>;

/// A request, taken apart.
struct Call {
    path: Vec<String>,
    query: String,
    request: Request,
}

impl Call {
    /// The path segment at `index`, or nothing.
    fn segment(&self, index: usize) -> &str {
        self.path.get(index).map_or("", String::as_str)
    }

    async fn body(self) -> Result<Bytes, String> {
        let body = self
            .request
            .into_body()
            .collect()
            .await
            .map_err(|error| format!("{error:?}"))?;
        Ok(body.to_bytes())
    }
}

#[http_service]
async fn handle(request: Request) -> Response<FullBody<Bytes>> {
    let path = request
        .uri()
        .path()
        .split('/')
        .skip(1)
        .map(ToOwned::to_owned)
        .collect();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let (status, text) = match answer(Call {
        path,
        query,
        request,
    })
    .await
    {
        Ok(text) => (200, text),
        Err(text) => (500, text),
    };
    let length = text.len();
    let mut response = Response::new(FullBody::new(Bytes::from(text)));
    response
        .headers_mut()
        .insert("content-length", length.into());
    *response.status_mut() = spin_sdk::http::StatusCode::from_u16(status).unwrap_or_default();
    response
}

async fn answer(call: Call) -> Answer {
    match call.segment(0) {
        "kv" => state::key_value(call).await,
        "wasi-kv" => state::wasi_key_value(call),
        "sqlite" => state::sqlite(call).await,
        "variable" => spin_sdk::variables::get(call.segment(1))
            .await
            .map_err(|error| format!("{error:?}")),
        "fetch" | "fetch-impatient" => network::fetch(call).await,
        "circle" => network::circle().await,
        "headers" => Ok(network::headers(&call.request)),
        "length" => Ok(call.body().await?.len().to_string()),
        "unread" => Ok("unread".to_owned()),
        "clock" => Ok(misuse::clock()),
        "print" => Ok(misuse::print(&call.query)),
        "environment" => Ok(misuse::environment()),
        "sleep" => misuse::sleep(&call.query).await,
        "count" => Ok(misuse::count()),
        "trap" => misuse::trap(),
        "loop" => misuse::endless_loop(),
        "memory" => misuse::hog_memory(&call.query),
        _ => Ok("hello".to_owned()),
    }
}
