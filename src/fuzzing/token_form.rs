//! `POST /token` with a code that waits for its client.

use super::authorization::register;
use super::world::{self, app_with, check, json_of, run};
use crate::app::App;
use crate::config::Config;
use crate::testing::{Entry, FakeHost, demo_key};
use crate::web::reply::Reply;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Method, Request, header};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use url::form_urlencoded::{self, Serializer};

const REDIRECT_URI: &str = "https://app.example/cb";
const VERIFIER: &str = "abcdefghijklmnopqrstuvwxyz-._~ABCDEFGHIJKLMN";
/// What RFC 6749, section 5.2, and RFC 8707 let a client expect.
const ERRORS: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_target",
];

/// Two clients, each with a code, and the store after both were connected up to the code.
struct Waiting {
    config: Arc<Config>,
    store: BTreeMap<String, Entry>,
    public: Connection,
    confidential: Connection,
}

struct Connection {
    id: String,
    secret: String,
    code: String,
}

static WAITING: LazyLock<Waiting> = LazyLock::new(|| {
    let app = world::app();
    let [public, confidential] =
        ["none", "client_secret_basic"].map(|method| connect(&app, method));
    Waiting {
        store: app.host.store.take(),
        config: app.config,
        public,
        confidential,
    }
});

/// Registers a client, and takes its person through the page up to the code.
fn connect(app: &App<FakeHost>, method: &str) -> Connection {
    let (id, secret) = register(app, &[REDIRECT_URI], method);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let query = encoded(&[
        ("response_type", "code"),
        ("client_id", &id),
        ("redirect_uri", REDIRECT_URI),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let get = |path: &str, cookies: &str| {
        let request = Request::get(path).header(header::COOKIE, cookies);
        run(app.handle(request.body(Bytes::new()).unwrap_or_default()))
    };
    let reply = get(&format!("/authorize?{query}"), "");
    let cookie = header_of(&reply, "set-cookie");
    let cookie = cookie.split(';').next().unwrap_or_default();
    let page = get(&header_of(&reply, "location"), cookie);
    let html = String::from_utf8_lossy(page.body()).into_owned();
    let (_, rest) = html
        .split_once("name=\"request\" value=\"")
        .unwrap_or_default();
    let fields = encoded(&[
        ("request", rest.split('"').next().unwrap_or_default()),
        ("level", "read"),
        ("decision", "authorize"),
        ("api_key", &demo_key()),
    ]);
    let request = Request::post("/connect/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookie)
        .header(header::ORIGIN, world::ORIGIN)
        .header("sec-fetch-site", "same-origin");
    let reply = run(app.handle(request.body(Bytes::from(fields)).unwrap_or_default()));
    let location = [header_of(&reply, "location"), header_of(&reply, "refresh")].concat();
    let (_, code) = location.split_once("code=").unwrap_or_default();
    let code = code.split('&').next().unwrap_or_default().to_owned();
    assert!(!code.is_empty(), "no code: {reply:?}");
    Connection { id, secret, code }
}

fn header_of(reply: &Reply, name: &str) -> String {
    let value = reply.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

fn encoded(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Headers, an empty line and a form. `{client}`, `{code}`, `{verifier}` and `{uri}` stand for what belongs to the public
/// client; `{client2}`, `{code2}`, `{secret2}` and `{basic2}` for what belongs to the confidential one.
pub fn token_form(data: &[u8]) {
    let waiting = &*WAITING;
    let (public, confidential) = (&waiting.public, &waiting.confidential);
    let basic = STANDARD.encode(format!("{}:{}", confidential.id, confidential.secret));
    let mut text = String::from_utf8_lossy(data).into_owned();
    for (name, value) in [
        ("{client}", &*public.id),
        ("{code}", &public.code),
        ("{client2}", &confidential.id),
        ("{code2}", &confidential.code),
        ("{secret2}", &confidential.secret),
        ("{basic2}", &basic),
        ("{verifier}", VERIFIER),
        ("{uri}", "https%3A%2F%2Fapp.example%2Fcb"),
    ] {
        text = text.replace(name, value);
    }
    let mut request = world::request(text.as_bytes(), Method::POST, "/token");
    let media_type = "application/x-www-form-urlencoded";
    world::default_header(&mut request, "content-type", media_type);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = "/token".parse().unwrap_or_default();
    let app = app_with(&waiting.config);
    app.host.store.replace(waiting.store.clone());
    let reply = run(app.handle(request.clone()));
    check(&reply, &app.host);
    let answer = json_of(&reply);
    assert_eq!(header_of(&reply, "cache-control"), "no-store");
    if reply.status() == 200 {
        check_success(&request);
        assert!(
            answer["access_token"].is_string() && answer["token_type"] == "Bearer",
            "{answer}"
        );
        let again = run(app.handle(request));
        assert_eq!(
            (again.status().as_u16(), json_of(&again)["error"].as_str()),
            (400, Some("invalid_grant"))
        );
    } else {
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(ERRORS.contains(&error), "{answer}");
        assert!(answer.get("access_token").is_none());
        assert!(
            !answer["error_description"]
                .as_str()
                .unwrap_or_default()
                .is_empty()
        );
        // A request that is refused takes no code from its client.
        let right = right_request(public);
        assert_eq!(run(app.handle(right)).status(), 200, "{answer}");
    }
}

fn right_request(client: &Connection) -> Request<Bytes> {
    let fields = encoded(&[
        ("grant_type", "authorization_code"),
        ("client_id", &client.id),
        ("code", &client.code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ]);
    let request =
        Request::post("/token").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Bytes::from(fields)).unwrap_or_default()
}

/// Asserts that a request with success had every parameter once, and each belongs to the same client.
fn check_success(request: &Request<Bytes>) {
    let sent: Vec<(String, String)> = form_urlencoded::parse(request.body())
        .into_owned()
        .collect();
    let all = |name: &str| -> Vec<&str> {
        let values = sent
            .iter()
            .filter(|(known, value)| known == name && !value.is_empty());
        values.map(|(_, value)| value.as_str()).collect()
    };
    assert_eq!(all("grant_type"), ["authorization_code"]);
    assert_eq!(all("code_verifier"), [VERIFIER]);
    assert!(
        matches!(all("redirect_uri").as_slice(), [] | [REDIRECT_URI]),
        "{sent:?}"
    );
    let codes = all("code");
    let (public, confidential) = (&WAITING.public, &WAITING.confidential);
    let is_public = codes == [&*public.code];
    assert!(is_public || codes == [&*confidential.code], "{sent:?}");
    let (ids, secrets) = (all("client_id"), all("client_secret"));
    assert!(ids.len() <= 1 && secrets.len() <= 1, "{sent:?}");
    let client = if is_public { public } else { confidential };
    let authorization = request.headers().get(header::AUTHORIZATION);
    if is_public {
        assert_eq!((ids, authorization.is_some()), (vec![&*client.id], false));
    } else {
        assert!(ids.is_empty() || ids == [&*client.id], "{sent:?}");
        assert!(
            authorization.is_some() != (secrets == [&*client.secret]),
            "{sent:?}"
        );
    }
}
