//! A component for WASI p2: key-value, variables, inbound and outbound requests, and a counter that shows whether an
//! instance is reused.
#![cfg(target_arch = "wasm32")]
#![expect(unsafe_code, reason = "the macro of the SDK expands to it")]

use std::sync::atomic::{AtomicU32, Ordering};

use spin_sdk::http::{Request, Response};
use spin_sdk::http_component;
use spin_sdk::key_value::Store;
use spin_sdk::variables;

static REQUESTS: AtomicU32 = AtomicU32::new(0);

#[http_component]
async fn handle(request: Request) -> Response {
    let (status, text) = match answer(&request).await {
        Ok(text) => (200, text),
        Err(text) => (500, text),
    };
    Response::builder().status(status).body(text).build()
}

async fn answer(request: &Request) -> Result<String, String> {
    let path: Vec<&str> = request.path().split('/').skip(1).collect();
    match path.as_slice() {
        ["kv", store, key] => {
            let store = Store::open(store).map_err(|error| format!("{error:?}"))?;
            store
                .set(key, request.body())
                .map_err(|error| format!("{error:?}"))?;
            let value = store
                .get(key)
                .map_err(|error| format!("{error:?}"))?
                .unwrap_or_default();
            Ok(format!("{key}={}", String::from_utf8_lossy(&value)))
        }
        ["variable", name] => variables::get(name).map_err(|error| format!("{error:?}")),
        ["fetch"] => {
            let response: Response = spin_sdk::http::send(Request::get(request.query()))
                .await
                .map_err(|error| format!("{error:?}"))?;
            Ok(format!(
                "{} {}",
                response.status(),
                String::from_utf8_lossy(response.body())
            ))
        }
        ["header", name] => Ok(request
            .header(name)
            .and_then(|value| value.as_str())
            .unwrap_or("none")
            .to_owned()),
        ["count"] => Ok((REQUESTS.fetch_add(1, Ordering::Relaxed) + 1).to_string()),
        _ => Ok("hello from p2".to_owned()),
    }
}
