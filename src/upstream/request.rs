//! Requests that carry a credential. Every credential is marked as sensitive, so that `Debug` does not print it.

use crate::secret::{ApiKey, Secret};
use crate::web::client_name::ClientName;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use serde_json::Value;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const CLIENT: HeaderName = HeaderName::from_static("x-tokportal-client");
/// Value of [`CLIENT`]. TokPortal's own clients send this header with every call, too.
const CLIENT_NAME: &str = concat!("tokportal-mcp-connector/", env!("CARGO_PKG_VERSION"));

/// Adds the headers that authenticate a request to the API: the key, the name of this client, and in `User-Agent` also
/// the name of the MCP client behind it.
pub(super) fn authenticate(headers: &mut HeaderMap, key: &ApiKey, client: Option<&ClientName>) {
    #[expect(
        clippy::expect_used,
        reason = "an API key has only letters, digits and an underscore"
    )]
    let mut value = HeaderValue::from_str(key.expose()).expect("ASCII text");
    value.set_sensitive(true);
    headers.insert(API_KEY, value);
    headers.insert(CLIENT, HeaderValue::from_static(CLIENT_NAME));
    headers.insert(USER_AGENT, ClientName::user_agent(CLIENT_NAME, client));
}

/// A request without a body, authenticated with an API key. `url` comes from the configuration.
#[expect(clippy::expect_used, reason = "the configuration validates its URLs")]
pub(crate) fn with_api_key(
    method: Method,
    url: &str,
    key: &ApiKey,
    client: Option<&ClientName>,
) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(url);
    let mut request = request
        .header(ACCEPT, "application/json")
        .body(Bytes::new())
        .expect("a valid URL");
    authenticate(request.headers_mut(), key, client);
    request
}

/// The request with a JSON body.
pub(super) fn with_json(mut request: Request<Bytes>, body: &Value) -> Request<Bytes> {
    let media_type = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, media_type);
    *request.body_mut() = Bytes::from(body.to_string());
    request
}

/// A GET without a credential. `url` comes from the configuration.
#[expect(clippy::expect_used, reason = "the configuration validates its URLs")]
pub(super) fn anonymous(url: &str) -> Request<Bytes> {
    Request::get(url)
        .header(ACCEPT, "application/json")
        .header(CLIENT, CLIENT_NAME)
        .header(USER_AGENT, CLIENT_NAME)
        .body(Bytes::new())
        .expect("a valid URL")
}

/// A POST with an empty JSON object, without a credential. `url` comes from the configuration.
pub(super) fn anonymous_post(url: &str) -> Request<Bytes> {
    let mut request = anonymous(url).map(|_| Bytes::from_static(b"{}"));
    *request.method_mut() = Method::POST;
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    request
}

/// A GET as a browser sends it. `url` is a valid URL.
pub(super) fn page(url: &str) -> Request<Bytes> {
    let mut request = anonymous(url);
    let html = HeaderValue::from_static("text/html");
    request.headers_mut().insert(ACCEPT, html);
    request
}

/// A request with a JSON body or none, authenticated with an access token of the portal; `None` if the token is not valid
/// in a header, or the URL is none.
pub(super) fn with_bearer(
    method: Method,
    url: &str,
    token: &Secret,
    json: Option<String>,
) -> Option<Request<Bytes>> {
    let bearer = Secret::new(format!("Bearer {}", token.expose()));
    let mut credential = HeaderValue::from_str(bearer.expose()).ok()?;
    credential.set_sensitive(true);
    let mut request = Request::builder()
        .method(method)
        .uri(url)
        .header(AUTHORIZATION, credential)
        .header(ACCEPT, "application/json")
        .header(CLIENT, CLIENT_NAME)
        .header(USER_AGENT, CLIENT_NAME);
    if json.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    request.body(Bytes::from(json.unwrap_or_default())).ok()
}
