//! Requests that carry a credential: built in one place, so that no credential is ever a plain header.

use crate::secret::{ApiKey, Secret};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};

/// Sent with every call of the API and of the keys API, as TokPortal's own clients do.
const CLIENT: &str = concat!("tokportal-mcp-connector/", env!("CARGO_PKG_VERSION"));
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const CLIENT_NAME: HeaderName = HeaderName::from_static("x-tokportal-client");

/// Adds the headers that authenticate a request to the API: the key, marked sensitive, and the name of this client.
pub(crate) fn authenticate(headers: &mut HeaderMap, key: &ApiKey) {
    let value = HeaderValue::from_str(key.expose());
    let mut value = value.expect("an API key has only letters, digits and an underscore");
    value.set_sensitive(true);
    headers.insert(API_KEY, value);
    headers.insert(CLIENT_NAME, HeaderValue::from_static(CLIENT));
}

/// A request without a body, authenticated by an API key. `url` comes from the configuration.
pub(crate) fn with_api_key(method: Method, url: &str, key: &ApiKey) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(url);
    let mut request = request
        .header(ACCEPT, "application/json")
        .body(Bytes::new())
        .expect("the configuration has checked the URL");
    authenticate(request.headers_mut(), key);
    request
}

/// A POST of JSON, authenticated by an access token of the portal; none if no header can carry the token.
pub(crate) fn with_bearer(url: &str, token: &Secret, json: String) -> Option<Request<Bytes>> {
    let bearer = Secret::new(format!("Bearer {}", token.expose()));
    let mut credential = HeaderValue::from_str(bearer.expose()).ok()?;
    credential.set_sensitive(true);
    Request::post(url)
        .header(AUTHORIZATION, credential)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json")
        .header(CLIENT_NAME, CLIENT)
        .body(Bytes::from(json))
        .ok()
}
