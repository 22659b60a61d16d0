//! The connector as a relying party of the portal: its requests, for tests.

use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use http::Request;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::browser::Browser;
use super::world::{Reply, World};

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123456789";

/// Parameters, some of them with another value.
fn replaced<'a>(
    usual: &[(&'a str, &'a str)],
    replace: &[(&str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let value = |name: &str| replace.iter().find(|(other, _)| *other == name);
    usual
        .iter()
        .map(|(name, usual)| (*name, value(name).map_or(*usual, |(_, value)| *value)))
        .collect()
}

/// The authorization URL of the connector, with some parameters replaced.
pub(super) fn authorize_url(replace: &[(&str, &str)]) -> String {
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(VERIFIER));
    let mut query = form_urlencoded::Serializer::new(String::new());
    let usual = [
        ("response_type", "code"),
        ("client_id", "tokportal-connector"),
        ("redirect_uri", "http://localhost:3000/connect/callback"),
        ("scope", "openid profile email"),
        ("state", "s&1"),
        ("nonce", "n1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    query.extend_pairs(replaced(&usual, replace));
    for (name, value) in replace
        .iter()
        .filter(|(name, _)| ["prompt", "login_hint"].contains(name))
    {
        query.append_pair(name, value);
    }
    format!("/portal/oauth/authorize?{}", query.finish())
}

/// The query of the address the browser was sent to.
pub(super) fn sent(location: &str) -> Vec<(String, String)> {
    let (address, query) = location.split_once('?').unwrap();
    assert_eq!(address, "http://localhost:3000/connect/callback");
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

pub(super) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map_or("", |(_, value)| value)
}

/// A code of a person who is signed in.
pub(super) fn code(browser: &mut Browser<'_>) -> String {
    let response = browser.get(&authorize_url(&[]));
    value(
        &sent(response.headers()["location"].to_str().unwrap()),
        "code",
    )
    .to_owned()
}

pub(super) fn redeem(
    world: &World,
    code: &str,
    replace: &[(&str, &str)],
    headers: &[(&str, &str)],
) -> Reply {
    let mut form = form_urlencoded::Serializer::new(String::new());
    let usual = [
        ("grant_type", "authorization_code"),
        ("client_id", "tokportal-connector"),
        ("code", code),
        ("redirect_uri", "http://localhost:3000/connect/callback"),
        ("code_verifier", VERIFIER),
    ];
    form.extend_pairs(replaced(&usual, replace));
    let mut request = Request::post("http://localhost:3000/portal/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply(world.send(request.body(form.finish().into()).unwrap()))
}

/// A portal access token of the demo person.
pub(super) fn access_token(world: &World) -> String {
    let mut browser = Browser::signed_in(world);
    redeem(world, &code(&mut browser), &[], &[]).json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A request with one header and, perhaps, a JSON body.
pub(super) fn send(
    world: &World,
    method: &str,
    path: &str,
    header: (&str, &str),
    body: Option<Value>,
) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://localhost:3000{path}"));
    let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
    let request = request
        .header(header.0, header.1)
        .header("content-type", "application/json");
    Reply(world.send(request.body(body).unwrap()))
}
