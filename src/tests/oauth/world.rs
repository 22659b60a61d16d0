//! An app with a fake portal, and browsers and clients that use it.

use super::portal::{ISSUER, Portal};
use crate::app::App;
use crate::testing::{Entry, FakeHost, connector, json_answer};
use crate::upstream::portal::provider;
use crate::web::reply::Reply;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::request::Builder;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use url::Url;
use url::form_urlencoded::Serializer;

pub(super) const ORIGIN: &str = "https://mcp.example.com";
pub(super) const CALLBACK: &str = "https://app.example/cb";
pub(super) const VERIFIER: &str = "abcdefghijklmnopqrstuvwxyz-._~ABCDEFGHIJKLMN";

/// An app and its portal.
pub(super) struct World {
    pub(super) app: App<FakeHost>,
    pub(super) portal: Rc<Portal>,
    /// JSON documents that other hosts publish, by their URL.
    pub(super) documents: Rc<RefCell<BTreeMap<String, String>>>,
}

impl World {
    /// An app whose people sign in at the portal.
    pub(super) fn new() -> Self {
        Self::with(&[
            ("public_url", ORIGIN),
            ("portal_issuer", ISSUER),
            ("portal_keys_url", "https://portal.example/api/keys"),
            ("key_check_seconds", "5"),
        ])
    }

    pub(super) fn with(variables: &[(&str, &str)]) -> Self {
        // Tests of one thread share the cache.
        provider::forget();
        let portal = Rc::new(Portal::default());
        let documents = Rc::<RefCell<BTreeMap<String, String>>>::default();
        let (outside, published) = (Rc::clone(&portal), Rc::clone(&documents));
        let host = FakeHost::answering(move |request| {
            match published.borrow().get(&request.uri().to_string()) {
                Some(document) => json_answer(200, document),
                None if request.uri().path().ends_with(".json") => json_answer(404, "{}"),
                None => outside.answer(request),
            }
        });
        Self {
            app: connector(host, variables),
            portal,
            documents,
        }
    }

    pub(super) fn send(&self, request: Request<Bytes>) -> Reply {
        pollster::block_on(self.app.handle(request))
    }

    pub(super) fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Bytes::new()).expect("a request"))
    }

    pub(super) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(form(path).body(encoded(fields)).expect("a request"))
    }

    pub(super) fn advance_clock(&self, seconds: u64) {
        let now = &self.app.host.now;
        now.set(now.get() + Duration::from_secs(seconds));
    }

    /// Registers a public client and returns its id.
    pub(super) fn register(&self, name: &str, redirect_uris: &[&str]) -> String {
        let body = json!({"client_name": name, "redirect_uris": redirect_uris, "token_endpoint_auth_method": "none"});
        let request = Request::post("/register")
            .body(Bytes::from(body.to_string()))
            .expect("a request");
        let reply = self.send(request);
        assert_eq!(reply.status(), StatusCode::CREATED);
        json_of(&reply)["client_id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    /// Takes a browser from the client through the sign-in to the consent page.
    pub(super) fn consent_page(&self, browser: &mut Browser, client_id: &str) -> Reply {
        self.consent_page_for(browser, client_id, "https://mcp.example.com/api/ext/mcp")
    }

    /// The same for a resource; with an empty one the request names none.
    pub(super) fn consent_page_for(
        &self,
        browser: &mut Browser,
        client_id: &str,
        resource: &str,
    ) -> Reply {
        let reply = browser.get(self, &authorize(client_id, &[("resource", resource)]));
        let location = location(&reply);
        let callback = self.portal.sign_in(&location);
        browser.open(self, &callback)
    }

    /// Connects a new client up to the code. Returns the client id and the code.
    pub(super) fn approve(&self, level: &str) -> (String, String) {
        let client_id = self.register("App", &[CALLBACK]);
        let mut browser = Browser::default();
        let page = self.consent_page(&mut browser, &client_id);
        let reply = browser.decide(self, &page, level, "authorize");
        let code = parameter(&location(&reply), "code").expect("a code");
        (client_id, code)
    }

    /// Sends a valid token request.
    pub(super) fn redeem(&self, client_id: &str, code: &str) -> Reply {
        self.post("/token", &token_request(client_id, code))
    }

    /// Connects a new client and returns its token.
    pub(super) fn connect(&self, level: &str) -> String {
        let (client_id, code) = self.approve(level);
        let reply = self.redeem(&client_id, &code);
        assert_eq!(reply.status(), StatusCode::OK, "{:?}", reply.body());
        json_of(&reply)["access_token"]
            .as_str()
            .expect("a token")
            .to_owned()
    }

    /// Sends an MCP request of revision 2025-11-25.
    pub(super) fn mcp(&self, token: &str, method: &str, params: Value) -> Reply {
        self.mcp_at("/api/ext/mcp", token, method, params)
    }

    /// The same to another URL of the endpoint.
    pub(super) fn mcp_at(&self, path: &str, token: &str, method: &str, params: Value) -> Reply {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let request = Request::post(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("mcp-protocol-version", "2025-11-25")
            .body(Bytes::from(body.to_string()));
        self.send(request.expect("a request"))
    }

    /// The values of the store, the log, and the `Debug` output of the configuration.
    pub(super) fn traces(&self) -> String {
        let host = &self.app.host;
        let texts = host
            .store
            .borrow()
            .values()
            .fold(String::new(), |texts, entry| match entry {
                Entry::Value(value) => texts + &String::from_utf8_lossy(value),
                Entry::Counter(_) => texts,
            });
        format!("{texts}{:?}{:?}", host.log.borrow(), self.app.config)
    }
}

/// A browser with its cookies.
#[derive(Default)]
pub(super) struct Browser {
    pub(super) cookies: Vec<String>,
    /// Value of `Accept-Language`.
    pub(super) language: &'static str,
}

impl Browser {
    pub(super) fn get(&mut self, world: &World, path: &str) -> Reply {
        let request = Request::get(path)
            .header(header::COOKIE, self.cookies.join("; "))
            .header(header::ACCEPT_LANGUAGE, self.language);
        self.store_cookies(world.send(request.body(Bytes::new()).expect("a request")))
    }

    /// Requests a URL and follows redirects within the connector.
    pub(super) fn open(&mut self, world: &World, path: &str) -> Reply {
        let reply = self.get(world, path);
        match reply.headers().get(header::LOCATION) {
            Some(to) if to.as_bytes().starts_with(b"/") => {
                let to = to.to_str().expect("ASCII").to_owned();
                self.open(world, &to)
            }
            _ => reply,
        }
    }

    pub(super) fn post(&mut self, world: &World, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = form(path)
            .header(header::COOKIE, self.cookies.join("; "))
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::ORIGIN, ORIGIN)
            .header("sec-fetch-site", "same-origin");
        self.store_cookies(world.send(request.body(encoded(fields)).expect("a request")))
    }

    pub(super) fn decide(
        &mut self,
        world: &World,
        page: &Reply,
        level: &str,
        decision: &str,
    ) -> Reply {
        let request = hidden_request(page);
        self.post(
            world,
            "/connect/consent",
            &[
                ("request", &request),
                ("level", level),
                ("decision", decision),
            ],
        )
    }

    fn store_cookies(&mut self, reply: Reply) -> Reply {
        for cookie in reply.headers().get_all(header::SET_COOKIE) {
            let pair = cookie
                .to_str()
                .expect("ASCII")
                .split(';')
                .next()
                .expect("a pair");
            let name = pair.split('=').next();
            self.cookies.retain(|known| known.split('=').next() != name);
            self.cookies.push(pair.to_owned());
        }
        reply
    }
}

fn form(path: &str) -> Builder {
    Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

fn encoded(fields: &[(&str, &str)]) -> Bytes {
    Bytes::from(Serializer::new(String::new()).extend_pairs(fields).finish())
}

/// The URL of a valid authorization request with these parameters changed; an empty value leaves one out.
pub(super) fn authorize(client_id: &str, changes: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", CALLBACK),
        ("state", "client state"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("resource", "https://mcp.example.com/api/ext/mcp"),
        ("scope", "read write"),
    ];
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        if !value.is_empty() {
            parameters.push((name, value));
        }
    }
    format!(
        "/authorize?{}",
        Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish()
    )
}

pub(super) fn token_request<'a>(client_id: &'a str, code: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("resource", "https://mcp.example.com/api/ext/mcp"),
    ]
}

/// Where a reply sends the browser: by a redirect, or by a page that moves on.
pub(super) fn location(reply: &Reply) -> String {
    let header = |name: &str| reply.headers().get(name)?.to_str().ok();
    let refresh = || header("refresh")?.strip_prefix("0; url=");
    let location = header("location").or_else(refresh);
    let location = location.unwrap_or_else(|| panic!("{} {:?}", reply.status(), reply.body()));
    location.to_owned()
}

pub(super) fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).expect("a URL");
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

pub(super) fn json_of(reply: &Reply) -> Value {
    serde_json::from_slice(reply.body()).unwrap_or_else(|_| panic!("not JSON: {:?}", reply.body()))
}

pub(super) fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body().to_vec()).expect("UTF-8")
}

pub(super) fn hidden_request(page: &Reply) -> String {
    let html = text(page);
    let (_, rest) = html
        .split_once("name=\"request\" value=\"")
        .unwrap_or_else(|| panic!("no form: {html}"));
    rest.split('"').next().expect("a value").to_owned()
}

/// Asserts an error of RFC 6749, section 5.2, which must not be stored.
#[track_caller]
pub(super) fn assert_refused(reply: &Reply, status: u16, error: &str) {
    assert_eq!(
        (reply.status().as_u16(), json_of(reply)["error"].as_str()),
        (status, Some(error)),
        "{reply:?}"
    );
    assert_eq!(reply.headers()["cache-control"], "no-store");
}
