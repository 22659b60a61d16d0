//! `GET /authorize`, and the page that follows.

use super::world::{self, ORIGIN, app_with, check, run};
use crate::app::App;
use crate::config::Config;
use crate::oauth::client::fuzzing::built_in;
use crate::testing::FakeHost;
use crate::web::reply::Reply;
use bytes::Bytes;
use http::{Request, header};
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};
use url::{Url, form_urlencoded};

/// The redirect URIs of the client of this target.
const REDIRECT_URIS: [&str; 4] = [
    "https://app.example/cb",
    "https://app.example/cb?tenant=a&b",
    "http://127.0.0.1/cb",
    "com.example.app:/cb",
];
/// What RFC 6749, section 4.1.2.1, RFC 8707 and OpenID Connect let a client expect.
const ERRORS: [&str; 5] = [
    "invalid_request",
    "unsupported_response_type",
    "invalid_scope",
    "invalid_target",
    "server_error",
];

struct Client {
    config: Arc<Config>,
    id: String,
}

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let app = world::app();
    Client {
        id: register(&app, &REDIRECT_URIS, "none").0,
        config: app.config,
    }
});

/// Registers a client. Its id, and its secret if it has one.
pub(super) fn register(
    app: &App<FakeHost>,
    redirect_uris: &[&str],
    method: &str,
) -> (String, String) {
    let metadata = serde_json::json!({
        "client_name": "App", "redirect_uris": redirect_uris, "token_endpoint_auth_method": method,
    });
    let request = Request::post("/register").body(Bytes::from(metadata.to_string()));
    let reply = run(app.handle(request.unwrap_or_default()));
    let answer = world::json_of(&reply);
    let member = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    (member("client_id"), member("client_secret"))
}

/// The query of an authorization request; `{client}` stands for the id of a client.
pub fn authorization(data: &[u8]) {
    let client = &*CLIENT;
    let query = String::from_utf8_lossy(data).replace("{client}", &client.id);
    let query: String = query.chars().filter(char::is_ascii_graphic).collect();
    let Ok(request) = Request::get(format!("/authorize?{query}")).body(Bytes::new()) else {
        return;
    };
    let query = request.uri().query().unwrap_or_default().to_owned();
    let app = app_with(&client.config);
    let reply = run(app.handle(request));
    check(&reply, &app.host);
    assert!(
        app.host
            .sent
            .borrow()
            .iter()
            .all(|request| request.method() == "GET")
    );
    let location = reply.headers().get(header::LOCATION);
    let Some(location) = location.map(|location| location.to_str().unwrap_or_default()) else {
        return check_page(&reply);
    };
    let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let parameters = Sent(&parameters);
    if location.starts_with('/') {
        check_accepted(&parameters);
        check_next_page(&app, &reply, location, &parameters);
    } else {
        check_refused(location, &parameters);
    }
}

/// The parameters that were sent.
struct Sent<'a>(&'a [(Cow<'a, str>, Cow<'a, str>)]);

impl Sent<'_> {
    /// The values of a parameter that are not empty.
    fn all(&self, name: &str) -> Vec<&str> {
        let values = self
            .0
            .iter()
            .filter(|(known, value)| known == name && !value.is_empty());
        values.map(|(_, value)| value.as_ref()).collect()
    }

    fn one(&self, name: &str) -> Option<&str> {
        match self.all(name).as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The redirect URIs of the client: that of this target, or one that is built in.
    fn registered(&self) -> &'static [&'static str] {
        match self.one("client_id") {
            Some(id) if id == CLIENT.id => &REDIRECT_URIS,
            id => built_in(id.unwrap_or_default()),
        }
    }

    /// The redirect URI of the request, which is registered except for the port of a loopback address. It may be left out
    /// if only one is registered.
    fn redirect_uri(&self) -> String {
        let registered = self.registered();
        let uri = match (self.one("redirect_uri"), registered) {
            (Some(uri), _) => uri,
            (None, [only]) => only,
            (None, _) => "",
        };
        let is_loopback = registered.iter().any(|known| differ_in_port(known, uri));
        assert!(
            is_loopback || registered.contains(&uri),
            "{uri} was not registered"
        );
        uri.to_owned()
    }
}

/// Whether these are http URIs that differ in their ports only.
fn differ_in_port(known: &str, uri: &str) -> bool {
    let without_port = |uri: &str| {
        let mut url = Url::parse(uri).ok()?;
        url.set_port(None).ok()?;
        (url.scheme() == "http").then_some(url)
    };
    without_port(known).is_some_and(|known| without_port(uri) == Some(known))
}

/// Asserts that a request that goes on has each parameter once, and PKCE.
fn check_accepted(sent: &Sent<'_>) {
    sent.redirect_uri();
    assert_eq!(sent.one("response_type"), Some("code"));
    assert_eq!(sent.one("code_challenge_method"), Some("S256"));
    let challenge = sent.one("code_challenge").unwrap_or_default();
    assert!((43..=128).contains(&challenge.len()), "{challenge}");
    for name in ["state", "scope", "response_mode"] {
        assert!(sent.all(name).len() <= 1, "{name} is repeated");
    }
    for resource in sent.all("resource") {
        assert!(
            Url::parse(resource).is_ok_and(|url| url.as_str().starts_with(ORIGIN)),
            "{resource}"
        );
    }
}

/// Asserts that an error goes to the registered redirect URI, with `iss` and the state that was sent.
fn check_refused(location: &str, sent: &Sent<'_>) {
    let redirect_uri = sent.redirect_uri();
    let added = location.strip_prefix(&*redirect_uri);
    let added = added.unwrap_or_else(|| panic!("{location} does not begin with {redirect_uri}"));
    let added: Vec<_> =
        form_urlencoded::parse(added.trim_start_matches(['?', '&']).as_bytes()).collect();
    let added = Sent(&added);
    let error = added.one("error").unwrap_or_default();
    assert!(ERRORS.contains(&error), "{location}");
    assert_eq!(added.one("iss"), Some(ORIGIN));
    assert_eq!(added.one("code"), None);
    let state = sent.one("state").filter(|state| state.len() <= 4_096);
    assert_eq!(added.one("state"), state);
}

/// Asserts that the page shows where the person will go, and nothing that the client wrote as markup.
fn check_next_page(app: &App<FakeHost>, reply: &Reply, location: &str, sent: &Sent<'_>) {
    let cookies = reply.headers().get_all(header::SET_COOKIE).iter();
    let cookies: Vec<&str> = cookies
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .collect();
    assert!(!cookies.is_empty());
    let request = Request::get(location).header(header::COOKIE, cookies.join("; "));
    let page = run(app.handle(request.body(Bytes::new()).unwrap_or_default()));
    check(&page, &app.host);
    check_page(&page);
    assert_eq!(page.status(), 200, "{page:?}");
    let html = String::from_utf8_lossy(page.body());
    if sent.redirect_uri().starts_with("https://") {
        assert!(html.contains("app.example"), "{html}");
    }
}

/// Asserts that a page has its headers, and no script.
fn check_page(page: &Reply) {
    if page.status() == 429
        || page
            .headers()
            .get(header::CONTENT_SECURITY_POLICY)
            .is_none()
    {
        panic!("{page:?}");
    }
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap_or_default();
    assert!(
        policy.starts_with("default-src 'none'; ") && !policy.contains('*'),
        "{policy}"
    );
    assert!(
        policy.matches("frame-ancestors 'none'").count() == 1,
        "{policy}"
    );
    assert_eq!(page.headers()[header::X_FRAME_OPTIONS], "DENY");
    let html = String::from_utf8_lossy(page.body()).to_lowercase();
    assert!(
        !html.contains("<script") && !html.contains("javascript:"),
        "{html}"
    );
}
