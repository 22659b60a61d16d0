//! A fake portal: an OpenID provider, the API for keys, and the REST API.

use super::world::{ORIGIN, parameter};
use crate::host::HttpError;
use crate::testing::{json_answer, public_key, signed_jwt};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use url::form_urlencoded::{self, Serializer};

pub(super) const ISSUER: &str = "https://portal.example";
/// The portal's access token. Tests check that it appears nowhere.
pub(super) const PORTAL_TOKEN: &str = "planted-portal-access-token";

/// What is wrong with the next ID token or with userinfo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Flaw {
    #[default]
    None,
    Issuer,
    Audience,
    Expiry,
    Nonce,
    Signature,
    AccessToken,
    Subject,
    Missing,
}

#[derive(Default)]
pub(super) struct Portal {
    /// Nonce and code challenge of each code.
    codes: RefCell<BTreeMap<String, (String, String)>>,
    /// Scope of each valid key.
    pub(super) keys: RefCell<BTreeMap<String, String>>,
    /// Names of the minted keys, in order.
    pub(super) names: RefCell<Vec<String>>,
    /// Name of each key that was minted, by its id.
    labels: RefCell<BTreeMap<String, String>>,
    /// How many keys the person may have; 0 stands for any number.
    pub(super) limit: Cell<usize>,
    /// Status with which the list of keys fails, unless it is 0.
    pub(super) list_failure: Cell<u16>,
    /// Status with which the deletion of a key by its id fails, unless it is 0.
    pub(super) delete_failure: Cell<u16>,
    /// Whether no request is answered.
    pub(super) down: Cell<bool>,
    /// Whether the person has as many keys as the portal allows.
    pub(super) full: Cell<bool>,
    pub(super) flaw: Cell<Flaw>,
    /// Claims of the ID token, beside those that it needs.
    pub(super) claims: RefCell<BTreeMap<&'static str, Value>>,
    /// Members of the metadata that are different; null leaves one out.
    pub(super) metadata: RefCell<BTreeMap<&'static str, Value>>,
    /// Status and body of userinfo, instead of the claims.
    pub(super) userinfo: RefCell<Option<(u16, Value)>>,
    /// Status and body of the token endpoint, instead of tokens.
    pub(super) token_answer: RefCell<Option<(u16, Value)>>,
    /// Characters that the access token has more than [`PORTAL_TOKEN`].
    pub(super) longer_by: Cell<usize>,
    /// The ID tokens that were issued.
    pub(super) id_tokens: RefCell<BTreeSet<String>>,
    /// Status and body with which minting fails, unless the status is 0.
    pub(super) mint_failure: Cell<(u16, &'static str)>,
    /// Whether the portal ignores the expiry of the keys that it mints.
    pub(super) mints_lasting: Cell<bool>,
    /// Whether the answer to the next mint is lost.
    pub(super) loses_mint: Cell<bool>,
    /// The keys that do not expire.
    pub(super) lasting: RefCell<BTreeSet<String>>,
    /// How the next calls that make a key lasting go wrong.
    pub(super) lasting_failures: RefCell<VecDeque<LastingFailure>>,
    /// What dry runs say that a call costs.
    pub(super) price: Cell<u64>,
    /// Whether no revocation is answered.
    pub(super) revocations_fail: Cell<bool>,
    /// Key and body of each idempotency key.
    attempts: RefCell<BTreeMap<String, (String, Value)>>,
    minted: Cell<u32>,
}

/// How making a key lasting goes wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum LastingFailure {
    /// The portal answers this status and does nothing.
    Refused(u16),
    /// The portal makes the key lasting, and the answer is lost.
    Lost,
}

impl Portal {
    /// Answers an authentication request of a person who has a session. Returns the path and query of the callback.
    pub(super) fn sign_in(&self, url: &str) -> String {
        assert!(
            url.starts_with("https://portal.example/authorize?"),
            "{url}"
        );
        let get = |name| parameter(url, name).unwrap_or_else(|| panic!("no {name} in {url}"));
        assert_eq!(get("redirect_uri"), format!("{ORIGIN}/connect/callback"));
        assert_eq!(get("code_challenge_method"), "S256");
        assert_eq!(get("scope"), "openid profile email");
        let code = format!("portal-code-{}", self.codes.borrow().len());
        self.codes
            .borrow_mut()
            .insert(code.clone(), (get("nonce"), get("code_challenge")));
        let query = Serializer::new(String::new())
            .extend_pairs([
                ("code", code.as_str()),
                ("state", &get("state")),
                ("iss", ISSUER),
            ])
            .finish();
        format!("/connect/callback?{query}")
    }

    pub(super) fn answer(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        if self.down.get() {
            return Err(HttpError::Timeout);
        }
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/.well-known/openid-configuration") => {
                let mut document = discovery();
                for (name, value) in self.metadata.borrow().iter() {
                    document[name] = value.clone();
                }
                json_answer(200, &document.to_string())
            }
            (&Method::GET, "/jwks") => {
                json_answer(200, &json!({"keys": [public_key(1)]}).to_string())
            }
            (&Method::POST, "/token") => self.token(request.body()),
            (&Method::GET, "/userinfo") => {
                assert_eq!(
                    request.headers()["authorization"],
                    format!("Bearer {}", self.access_token())
                );
                if let Some((status, body)) = &*self.userinfo.borrow() {
                    return json_answer(*status, &body.to_string());
                }
                let subject = if self.flaw.get() == Flaw::Subject {
                    "someone-else"
                } else {
                    "person-1"
                };
                let claims = json!({"sub": subject, "name": "Ada <Demo>", "email": "ada@example.com", "credits": 1250});
                json_answer(200, &claims.to_string())
            }
            (&Method::POST, "/api/keys") => self.mint(request),
            (&Method::GET, "/api/keys") => self.list(request),
            (method, "/api/keys/current") => self.current_key(method, request),
            (&Method::DELETE, path) if path.starts_with("/api/keys/") => self.delete(request),
            (_, path) if path.starts_with("/api/ext/") => self.api(request),
            (method, path) => panic!("unexpected {method} {path}"),
        }
    }

    /// The first key, for tests that mint one.
    pub(super) fn minted(&self) -> String {
        self.keys.borrow().keys().next().cloned().expect("a key")
    }

    fn access_token(&self) -> String {
        PORTAL_TOKEN.to_owned() + &self.padding()
    }

    fn padding(&self) -> String {
        "x".repeat(self.longer_by.get())
    }

    fn token(&self, body: &[u8]) -> Result<Response<Bytes>, HttpError> {
        if let Some((status, body)) = &*self.token_answer.borrow() {
            return json_answer(*status, &body.to_string());
        }
        let fields: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let Some((nonce, challenge)) = self.codes.borrow_mut().remove(&fields["code"]) else {
            return json_answer(400, r#"{"error":"invalid_grant"}"#);
        };
        assert_eq!(
            URL_SAFE_NO_PAD.encode(Sha256::digest(&fields["code_verifier"])),
            challenge
        );
        let flaw = self.flaw.get();
        fn pick<'a>(is_flawed: bool, wrong: &'a str, right: &'a str) -> &'a str {
            if is_flawed { wrong } else { right }
        }
        let hash = Sha512::digest(
            pick(flaw == Flaw::AccessToken, "another", PORTAL_TOKEN).to_owned() + &self.padding(),
        );
        let mut claims = json!({
            "iss": pick(flaw == Flaw::Issuer, "https://evil.example", ISSUER),
            "aud": pick(flaw == Flaw::Audience, "another-client", "tokportal-connector"),
            "exp": if flaw == Flaw::Expiry { 1_789_999_939 } else { 1_790_100_000 },
            "iat": 1_790_000_000,
            "sub": "person-1",
            "nonce": pick(flaw == Flaw::Nonce, "another", &nonce),
            "at_hash": URL_SAFE_NO_PAD.encode(&hash[..32]),
        });
        for (name, value) in self.claims.borrow().iter() {
            claims[name] = value.clone();
        }
        let key = if flaw == Flaw::Signature { 2 } else { 1 };
        let id_token = signed_jwt(&json!({"alg": "EdDSA", "kid": "1"}), &claims, key);
        let mut answer = json!({"access_token": self.access_token(), "token_type": "Bearer"});
        if flaw != Flaw::Missing {
            answer["id_token"] = id_token.as_str().into();
            self.id_tokens.borrow_mut().insert(id_token);
        }
        json_answer(200, &answer.to_string())
    }

    fn assert_signed_in(&self, request: &Request<Bytes>) {
        assert_eq!(
            request.headers()["authorization"],
            format!("Bearer {}", self.access_token())
        );
    }

    fn list(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.assert_signed_in(request);
        if self.list_failure.get() != 0 {
            return json_answer(self.list_failure.get(), "{}");
        }
        let (keys, labels) = (self.keys.borrow(), self.labels.borrow());
        let rows = keys.iter().filter_map(|(key, scope)| {
            let id = id_of(key);
            let name = labels.get(&id)?;
            let last_four = &key[key.len() - 4..];
            Some(json!({
                "id": id, "name": name, "scopes": [scope], "environment": "production", "last_four": last_four,
                "created_at": "2026-11-01T00:00:00.000Z", "last_used_at": null,
                "expires_at": (!self.lasting.borrow().contains(key)).then_some("2026-11-01T00:15:00.000Z"),
            }))
        });
        let rows: Vec<Value> = rows.collect();
        json_answer(200, &json!({ "data": rows }).to_string())
    }

    fn delete(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.assert_signed_in(request);
        if self.delete_failure.get() != 0 {
            return json_answer(self.delete_failure.get(), "{}");
        }
        let id = request.uri().path().rsplit('/').next().expect("an id");
        let before = self.keys.borrow().len();
        self.keys.borrow_mut().retain(|key, _| id_of(key) != id);
        let deleted = self.keys.borrow().len() < before;
        json_answer(if deleted { 204 } else { 404 }, "")
    }

    fn mint(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.assert_signed_in(request);
        let (status, body) = self.mint_failure.get();
        if status != 0 {
            return json_answer(status, body);
        }
        let body: Value = serde_json::from_slice(request.body()).expect("JSON");
        let id_token = body["id_token"].as_str().expect("an ID token");
        assert!(self.id_tokens.borrow().contains(id_token));
        let attempt = request.headers()["idempotency-key"]
            .to_str()
            .expect("ASCII");
        let wanted = json!([body["name"], body["scopes"], body["environment"]]);
        let expires_at = match self.mints_lasting.get() {
            true => Value::Null,
            false => body["expires_at"].clone(),
        };
        let known = self.attempts.borrow().get(attempt).cloned();
        if let Some((key, first)) = known {
            assert_eq!(wanted, first, "one idempotency key for two requests");
            return minted(&key, &expires_at);
        }
        let limit = self.limit.get();
        if self.full.get() || (limit > 0 && self.keys.borrow().len() >= limit) {
            return json_answer(
                409,
                r#"{"error":{"code":"KEY_LIMIT_REACHED","message":"Full."}}"#,
            );
        }
        let scope = body["scopes"][0].as_str().expect("a scope").to_owned();
        self.minted.set(self.minted.get() + 1);
        let key = format!(
            "sk_{}",
            "abcdef0".repeat(8) + &format!("{:08x}", self.minted.get())
        );
        let (id, name) = (id_of(&key), body["name"].as_str().expect("a name"));
        self.names.borrow_mut().push(name.to_owned());
        self.labels.borrow_mut().insert(id, name.to_owned());
        self.keys.borrow_mut().insert(key.clone(), scope);
        let attempt = (attempt.to_owned(), (key.clone(), wanted));
        self.attempts.borrow_mut().extend([attempt]);
        if self.loses_mint.take() {
            return Err(HttpError::Timeout);
        }
        minted(&key, &expires_at)
    }

    fn current_key(
        &self,
        method: &Method,
        request: &Request<Bytes>,
    ) -> Result<Response<Bytes>, HttpError> {
        let key = request.headers()["x-api-key"].to_str().expect("ASCII");
        let Some(scope) = self.keys.borrow().get(key).cloned() else {
            return json_answer(401, "{}");
        };
        if method == Method::DELETE {
            if self.revocations_fail.get() {
                return Err(HttpError::Timeout);
            }
            self.keys.borrow_mut().remove(key);
            return json_answer(204, "");
        }
        if method == Method::PATCH {
            assert_eq!(request.body(), r#"{"expires_at":null}"#);
            let failure = self.lasting_failures.borrow_mut().pop_front();
            if let Some(LastingFailure::Refused(status)) = failure {
                return json_answer(status, "");
            }
            self.lasting.borrow_mut().insert(key.to_owned());
            if failure.is_some() {
                return Err(HttpError::Timeout);
            }
        }
        let id = id_of(key);
        let name = self.labels.borrow().get(&id).cloned();
        let data = json!({"id": id, "name": name, "scopes": [scope]});
        json_answer(200, &json!({ "data": data }).to_string())
    }

    /// Another person is signed in from now on, who has no keys.
    pub(super) fn forget_person(&self) {
        self.labels.borrow_mut().clear();
    }

    /// The portal's clock passes the expiry of every key that is not lasting.
    pub(super) fn let_keys_expire(&self) {
        let lasting = self.lasting.borrow();
        self.keys
            .borrow_mut()
            .retain(|key, _| lasting.contains(key));
    }

    /// The REST API. Every valid key may do everything, so that only the connector enforces access levels.
    fn api(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let key = request.headers()["x-api-key"].to_str().expect("ASCII");
        if self.keys.borrow().contains_key(key) {
            if request.headers().contains_key("x-tokportal-dry-run") {
                let answer = json!({"data": {}, "credits_would_charge": self.price.get()});
                return json_answer(200, &answer.to_string());
            }
            json_answer(200, r#"{"data":{}}"#)
        } else {
            json_answer(
                401,
                r#"{"error":{"code":"AUTH_REVOKED_KEY","message":"Gone."}}"#,
            )
        }
    }
}

fn minted(key: &str, expires_at: &Value) -> Result<Response<Bytes>, HttpError> {
    let data = json!({"id": id_of(key), "key": key, "expires_at": expires_at});
    json_answer(201, &json!({ "data": data }).to_string())
}

/// The id of a key.
fn id_of(key: &str) -> String {
    format!("k-{}", &key[key.len() - 8..])
}

fn discovery() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://portal.example/authorize",
        "token_endpoint": "https://portal.example/token",
        "userinfo_endpoint": "https://portal.example/userinfo",
        "jwks_uri": "https://portal.example/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    })
}
