//! An OpenID provider with a keys API and an API, all at one origin, that makes the mistakes which a test gives it.

use super::assertion::Key;
use super::canned::{Canned, response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use url::Url;
use url::form_urlencoded::parse;

/// The client's secret.
pub(crate) const SECRET: &str = "correct-horse";
/// Codes are this and the nonce of the request; every other code is unknown.
const CODE: &str = "code-";

type Change = dyn Fn(&Asked) -> Option<Vec<u8>> + Send + Sync;

/// What the provider does otherwise than it should.
#[derive(Clone)]
pub(crate) struct Behaviour {
    /// Members of the metadata; `null` leaves one out.
    pub(crate) metadata: Value,
    /// `alg` in the header of ID tokens. They are signed with ES256 all the same.
    pub(crate) algorithm: &'static str,
    /// By how many seconds the clock is ahead.
    pub(crate) ahead: u64,
    /// Another answer to a request.
    pub(crate) change: Arc<Change>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            metadata: json!({}),
            algorithm: "ES256",
            ahead: 0,
            change: Arc::new(|_| None),
        }
    }
}

/// A request to the provider.
pub(crate) struct Asked {
    /// The provider's own, as the request names it.
    pub(crate) origin: String,
    /// Method and path, such as `GET /jwks`.
    pub(crate) what: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) form: BTreeMap<String, String>,
    /// The body, if it is JSON.
    json: Value,
    head: String,
}

impl Asked {
    fn read(request: &str) -> Self {
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
        let mut line = head.split(' ');
        let (method, target) = (line.next().unwrap_or(""), line.next().unwrap_or(""));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = |text: &str| parse(text.as_bytes()).into_owned().collect();
        let mut asked = Self {
            origin: String::new(),
            what: format!("{method} {path}"),
            query: pairs(query),
            form: pairs(body),
            json: serde_json::from_str(body).unwrap_or_default(),
            head: head.to_owned(),
        };
        asked.origin = format!("http://{}", asked.field("host").unwrap_or_default());
        asked
    }

    /// The value of a header field.
    pub(crate) fn field(&self, wanted: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(':'));
        let field = fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        field.map(|(_, value)| value.trim())
    }
}

/// Starts the provider.
pub(crate) async fn provider(behaviour: Behaviour) -> Canned {
    Canned::by(move |request| {
        let asked = Asked::read(request);
        (behaviour.change)(&asked).unwrap_or_else(|| behaviour.answer(&asked))
    })
    .await
}

impl Behaviour {
    fn answer(&self, asked: &Asked) -> Vec<u8> {
        match asked.what.as_str() {
            "GET /.well-known/openid-configuration" => self.json("200 OK", &self.metadata(asked)),
            "GET /authorize" => self.authorize(&asked.query),
            "POST /token" => self.token(asked),
            "GET /jwks" => self.json("200 OK", &json!({ "keys": [key().jwk()] })),
            "POST /keys" if asked.field("authorization").is_some() => {
                let key = format!("sk_{}", "ab".repeat(32));
                let expires_at = &asked.json["expires_at"];
                let data =
                    json!({ "id": "1", "key": key, "scopes": ["read"], "expires_at": expires_at });
                self.json("201 Created", &json!({ "data": data }))
            }
            // These need a credential, and the right one is in no test.
            "GET /userinfo" | "POST /keys" | "GET /keys/current" | "GET /api/ext/me" => {
                self.error("401 Unauthorized", "invalid_token")
            }
            _ => self.error("404 Not Found", "not_found"),
        }
    }

    fn metadata(&self, asked: &Asked) -> Value {
        let at = |path: &str| format!("{}{path}", asked.origin);
        let mut metadata = json!({
            "issuer": asked.origin,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"),
            "jwks_uri": at("/jwks"),
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email"],
        });
        for (name, value) in self.metadata.as_object().expect("an object") {
            metadata[name] = value.clone();
        }
        let members = metadata.as_object_mut().expect("an object");
        members.retain(|_, value| !value.is_null());
        metadata
    }

    /// A person who is signed in comes back at once, except in a request without a person.
    fn authorize(&self, query: &BTreeMap<String, String>) -> Vec<u8> {
        let mut target = Url::parse(&query["redirect_uri"]).expect("a redirect URI");
        let code = format!("{CODE}{}", query["nonce"]);
        let answer = match query.get("prompt").map(String::as_str) {
            Some("none") => ("error", "login_required"),
            _ => ("code", code.as_str()),
        };
        let mut pairs = target.query_pairs_mut();
        pairs.append_pair(answer.0, answer.1);
        pairs.append_pair("state", &query["state"]);
        drop(pairs);
        self.response(&format!("303 See Other\r\nlocation: {target}"), "")
    }

    fn token(&self, asked: &Asked) -> Vec<u8> {
        let credentials = STANDARD.encode(format!("tokportal-connector:{SECRET}"));
        if asked.field("authorization") != Some(&format!("Basic {credentials}")) {
            return self.error("401 Unauthorized", "invalid_client");
        }
        let code = asked.form.get("code").map_or("", String::as_str);
        let Some(nonce) = code.strip_prefix(CODE) else {
            return self.error("400 Bad Request", "invalid_grant");
        };
        let now = self.now().duration_since(UNIX_EPOCH);
        let now = now.expect("after 1970").as_secs();
        let claims = json!({
            "iss": asked.origin, "sub": "person-1", "aud": "tokportal-connector", "nonce": nonce,
            "iat": now, "exp": now + 300, "name": "Alex Demo",
        });
        let id_token = key().sign_as(self.algorithm, &claims);
        self.json(
            "200 OK",
            &json!({ "access_token": "token", "token_type": "Bearer", "id_token": id_token }),
        )
    }

    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_secs(self.ahead)
    }

    fn error(&self, status: &str, code: &str) -> Vec<u8> {
        self.json(status, &json!({ "error": code }))
    }

    fn json(&self, status: &str, body: &Value) -> Vec<u8> {
        let head = format!("{status}\r\ncontent-type: application/json");
        self.response(&head, &body.to_string())
    }

    fn response(&self, head: &str, body: &str) -> Vec<u8> {
        let date = httpdate::fmt_http_date(self.now());
        response(&format!("{head}\r\ndate: {date}"), body.as_bytes())
    }
}

fn key() -> Key {
    Key::of(7)
}
