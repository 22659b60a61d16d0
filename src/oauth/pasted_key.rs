//! The key that a person pastes (`sign_in = "api-key"`): checked with the API before anything is made of it.

use crate::Connector;
use crate::api::client::CLIENT;
use crate::host::{Host, HttpLimits};
use crate::pages::{Problem, states};
use crate::secret::ApiKey;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use std::time::Duration;

const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(3),
    first_byte: Duration::from_secs(10),
    total: Duration::from_secs(15),
    max_body: 64 * 1024,
};

/// Asks the API whose key it is (`GET /me`), and so whether it works.
///
/// # Errors
/// What to tell the person.
pub(super) async fn check<H: Host>(
    connector: &Connector<H>,
    pasted: Option<&str>,
) -> Result<ApiKey, Problem> {
    // Copied text comes with spaces and line ends.
    let key = ApiKey::parse(pasted.unwrap_or_default().trim()).map_err(|_| states::wrong_key())?;
    let request = request(&connector.config.api_base_url, &key).ok_or_else(states::unexpected)?;
    let answer = connector
        .host
        .send(request, &LIMITS)
        .await
        .map_err(|error| {
            connector
                .host
                .log(&format!("a pasted key could not be checked: {error}"));
            states::portal_down()
        })?;
    match answer.response.status() {
        status if status.is_success() => Ok(key),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(states::wrong_key()),
        status => {
            connector.host.log(&format!(
                "a pasted key could not be checked: the API answered {status}"
            ));
            Err(states::portal_down())
        }
    }
}

fn request(base: &str, key: &ApiKey) -> Option<Request<Bytes>> {
    let mut secret = HeaderValue::from_str(key.expose()).ok()?;
    secret.set_sensitive(true);
    Request::get(format!("{base}/me"))
        .header("x-api-key", secret)
        .header("x-tokportal-client", CLIENT)
        .header(header::ACCEPT, "application/json")
        .body(Bytes::new())
        .ok()
}
