//! A sign-in, step by step: an app and the browser of its person.

use crate::messages::KEY;
use crate::world::{ORIGIN, World};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::request::Builder;
use http::{Request, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokportal_connector::Reply;
use url::form_urlencoded::Serializer;

const CALLBACK: &str = "https://app.example/cb";
const VERIFIER: &str = "abcdefghijklmnopqrstuvwxyz-._~ABCDEFGHIJKLMN";

/// A request of a sign-in, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// `GET /authorize`
    Authorize,
    /// `GET /connect/callback`, which only a sign-in at the portal has
    Callback,
    /// `GET` of the consent page
    Page,
    /// `POST` of the form of the consent page, which is answered with a code
    Consent,
    /// `POST /token`
    Token,
}

/// Registers an app and returns its client id.
pub(crate) fn register(world: &World) -> String {
    let body = json!({"client_name": "App", "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"});
    let request = Request::post("/register").header(header::CONTENT_TYPE, "application/json");
    let reply = world.send(finished(request, body.to_string()));
    text(&json_of(&reply)["client_id"])
}

/// Goes through a new sign-in of the app up to a step, and returns the request of that step.
pub(crate) fn request_of(step: Step, world: &World, client_id: &str) -> Request<Bytes> {
    let request = get(&authorization_request(client_id), "");
    if step == Step::Authorize {
        return request;
    }
    let reply = world.send(request);
    let cookie = cookie(&reply);
    let mut to = location(&reply);
    if !to.starts_with('/') {
        let request = get(&world.host.portal.sign_in(&to), &cookie);
        if step == Step::Callback {
            return request;
        }
        to = location(&world.send(request));
    }
    let request = get(&to, &cookie);
    if step == Step::Page {
        return request;
    }
    let request = decision(&world.send(request), &to, &cookie);
    if step == Step::Consent {
        return request;
    }
    let to = location(&world.send(request));
    let (_, code) = to.split_once("code=").expect("a code");
    let code = code.split('&').next().unwrap_or_default();
    token_request(client_id, code)
}

/// Signs in and returns the token.
pub(crate) fn token(world: &World) -> String {
    let client_id = register(world);
    let reply = world.send(request_of(Step::Token, world, &client_id));
    text(&json_of(&reply)["access_token"])
}

fn authorization_request(client_id: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let query = encoded(&[
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", CALLBACK),
        ("state", "state of the app"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("resource", &format!("{ORIGIN}/api/ext/mcp")),
        ("scope", "read write"),
    ]);
    format!("/authorize?{query}")
}

/// The form of a consent page, filled in. `page` has the path of its URL.
fn decision(reply: &Reply, page: &str, cookie: &str) -> Request<Bytes> {
    let html = String::from_utf8_lossy(reply.body());
    let (_, rest) = html
        .split_once("name=\"request\" value=\"")
        .unwrap_or_else(|| panic!("no form: {html}"));
    let request = rest.split('"').next().unwrap_or_default();
    let mut fields = vec![
        ("request", request),
        ("level", "full"),
        ("decision", "authorize"),
    ];
    if html.contains("name=\"api_key\"") {
        fields.push(("api_key", KEY));
    }
    let path = page.split('?').next().unwrap_or_default();
    let request = browser(Request::post(path))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookie)
        .header(header::ORIGIN, ORIGIN)
        .header("sec-fetch-site", "same-origin");
    finished(request, encoded(&fields))
}

fn token_request(client_id: &str, code: &str) -> Request<Bytes> {
    let fields = encoded(&[
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("resource", &format!("{ORIGIN}/api/ext/mcp")),
    ]);
    let request = Request::post("/token")
        .header(header::HOST, "mcp.example.com")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("spin-client-addr", "203.0.113.7:52000");
    finished(request, fields)
}

fn get(path: &str, cookie: &str) -> Request<Bytes> {
    let request = browser(Request::get(path)).header(header::COOKIE, cookie);
    request.body(Bytes::new()).expect("a valid request")
}

/// The headers that a browser sends.
fn browser(request: Builder) -> Builder {
    request
        .header(header::HOST, "mcp.example.com")
        .header(
            header::ACCEPT,
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        )
        .header(header::ACCEPT_LANGUAGE, "en-US,en;q=0.9")
        .header(
            header::USER_AGENT,
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        )
        .header("spin-client-addr", "203.0.113.7:52000")
}

fn finished(request: Builder, body: String) -> Request<Bytes> {
    let request = request.header(header::CONTENT_LENGTH, body.len());
    request.body(Bytes::from(body)).expect("a valid request")
}

/// The cookie that a reply sets, as a browser sends it back.
fn cookie(reply: &Reply) -> String {
    let cookie = header_of(reply, "set-cookie").unwrap_or_else(|| panic!("no cookie: {reply:?}"));
    cookie.split(';').next().unwrap_or_default().to_owned()
}

/// Where a reply sends the browser: by a redirect, or by a page that moves on.
fn location(reply: &Reply) -> String {
    let refresh = || header_of(reply, "refresh")?.strip_prefix("0; url=");
    let location = header_of(reply, "location").or_else(refresh);
    location
        .unwrap_or_else(|| panic!("no location: {reply:?}"))
        .to_owned()
}

fn header_of<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    reply.headers().get(name)?.to_str().ok()
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_slice(reply.body()).unwrap_or_else(|_| panic!("no JSON: {reply:?}"))
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn encoded(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}
