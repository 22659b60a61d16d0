//! Requests that carry a credential. Every credential is marked as sensitive, so that `Debug` does not print it.

use crate::secret::{ApiKey, Secret};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const CLIENT: HeaderName = HeaderName::from_static("x-tokportal-client");
/// Value of [`CLIENT`]. TokPortal's own clients send this header with every call, too.
const CLIENT_NAME: &str = concat!("tokportal-mcp-connector/", env!("CARGO_PKG_VERSION"));

/// Adds the headers that authenticate a request to the API: the key, and the name of this client.
pub(super) fn authenticate(headers: &mut HeaderMap, key: &ApiKey) {
    let value = HeaderValue::from_str(key.expose());
    let mut value = value.expect("an API key has only letters, digits and an underscore");
    value.set_sensitive(true);
    headers.insert(API_KEY, value);
    headers.insert(CLIENT, HeaderValue::from_static(CLIENT_NAME));
}

/// A request without a body, authenticated with an API key. `url` comes from the configuration.
pub(crate) fn with_api_key(method: Method, url: &str, key: &ApiKey) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(url);
    let mut request = request
        .header(ACCEPT, "application/json")
        .body(Bytes::new())
        .expect("the configuration validates its URLs");
    authenticate(request.headers_mut(), key);
    request
}

/// A POST request with a JSON body, authenticated with an access token of the portal; `None` if the token is not valid
/// in a header.
pub(super) fn with_bearer(url: &str, token: &Secret, json: String) -> Option<Request<Bytes>> {
    let bearer = Secret::new(format!("Bearer {}", token.expose()));
    let mut credential = HeaderValue::from_str(bearer.expose()).ok()?;
    credential.set_sensitive(true);
    Request::post(url)
        .header(AUTHORIZATION, credential)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json")
        .header(CLIENT, CLIENT_NAME)
        .body(Bytes::from(json))
        .ok()
}
