//! Inbound and outbound requests.

use http_body_util::BodyExt as _;
use spin_sdk::http::{EmptyBody, Request, Response};
use spin_sdk::wasip3::http::types::RequestOptions;
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

use crate::call::{Answer, Call};

/// In nanoseconds.
const SHORT_TIMEOUT: u64 = 50_000_000;

/// `/fetch?<url>`: the status and body of the response. `/fetch-impatient` sets timeouts of 50 ms.
pub(crate) async fn fetch(call: Call) -> Answer {
    let mut request = Request::<()>::get(&call.query).header("x-test", "kept");
    if call.segment(0) == "fetch-impatient" {
        let options = RequestOptions::new();
        let set = [
            options.set_connect_timeout(Some(SHORT_TIMEOUT)),
            options.set_first_byte_timeout(Some(SHORT_TIMEOUT)),
            options.set_between_bytes_timeout(Some(SHORT_TIMEOUT)),
        ];
        set.into_iter()
            .collect::<Result<(), _>>()
            .map_err(|error| format!("{error:?}"))?;
        request = request.extension(RequestOptionsExtension(options));
    }
    let request = request
        .body(EmptyBody::new())
        .map_err(|error| error.to_string())?;
    let response = spin_sdk::http::send(request)
        .await
        .map_err(|error| format!("{error:?}"))?;
    show(response).await
}

/// Calls itself without end. The host has to stop it.
pub(crate) async fn call_itself() -> Answer {
    let response = spin_sdk::http::get("http://guest.spin.internal/circle").await;
    show(response.map_err(|error| format!("{error:?}"))?).await
}

async fn show(response: Response) -> Answer {
    let status = response.status().as_u16();
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(|error| format!("{error:?}"))?;
    Ok(format!(
        "{status} {}",
        String::from_utf8_lossy(&body.to_bytes())
    ))
}

/// The URL and all headers of the request, as the component sees them.
pub(crate) fn headers(request: &Request) -> String {
    let mut lines: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    format!(
        "{} {}\n{}",
        request.method(),
        request.uri(),
        lines.join("\n")
    )
}
