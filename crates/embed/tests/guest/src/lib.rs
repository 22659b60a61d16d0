//! A component with one path per feature of the host, and some paths that misbehave.
#![cfg(target_arch = "wasm32")]

mod call;
mod misuse;
mod network;
mod ready;
mod state;

use bytes::Bytes;
use call::{Answer, Call};
use spin_sdk::http::{FullBody, Request, Response};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> Response<FullBody<Bytes>> {
    let call = Call::new(request);
    let (status, text) = if call.segment(0) == "readyz" && call.segment(1) == "portal" {
        ready::portal()
    } else if call.segment(0) == "readyz" {
        ready::ready().await
    } else {
        match answer(call).await {
            Ok(text) => (200, text),
            Err(text) => (500, text),
        }
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
        "circle" => network::call_itself().await,
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
        "memory" => misuse::allocate(&call.query),
        _ => Ok("hello".to_owned()),
    }
}
