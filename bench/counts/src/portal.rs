//! The portal: an OpenID provider and its keys API. It signs ID tokens when a person signs in, which is not counted.

use crate::host::START;
use crate::world::ISSUER;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use url::Url;
use url::form_urlencoded;

/// What introspection says, and the answer when a key is made lasting.
const KEY: &str = r#"{"data":{"scopes":["*"],"expires_at":null}}"#;

pub(crate) struct Portal {
    /// The answer of the token endpoint for each code.
    tokens: RefCell<BTreeMap<String, Bytes>>,
    minted: Cell<u64>,
    metadata: Bytes,
    keys: Bytes,
}

impl Default for Portal {
    fn default() -> Self {
        Self {
            tokens: RefCell::default(),
            minted: Cell::default(),
            metadata: Bytes::from(metadata().to_string()),
            keys: Bytes::from(key_set().to_string()),
        }
    }
}

impl Portal {
    /// A person signs in. Returns the path and the query of the callback.
    pub(crate) fn sign_in(&self, authentication_request: &str) -> String {
        let url = Url::parse(authentication_request).expect("a URL");
        let query: BTreeMap<_, _> = url.query_pairs().collect();
        let code = format!("portal-code-{}", self.tokens.borrow().len());
        let answer = json!({
            "access_token": "portal-access-token",
            "token_type": "Bearer",
            "expires_in": 900,
            "id_token": id_token(&query["nonce"]),
        });
        let answer = Bytes::from(answer.to_string());
        self.tokens.borrow_mut().insert(code.clone(), answer);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", &query["state"])
            .append_pair("iss", ISSUER)
            .finish();
        format!("/connect/callback?{query}")
    }

    pub(crate) fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/.well-known/openid-configuration") => {
                json_answer(200, self.metadata.clone())
            }
            (&Method::GET, "/jwks") => json_answer(200, self.keys.clone()),
            (&Method::POST, "/token") => json_answer(200, self.redeem(request.body())),
            (&Method::GET, "/api/keys") => json_answer(200, Bytes::from_static(br#"{"data":[]}"#)),
            (&Method::POST, "/api/keys") => json_answer(201, self.mint(request.body())),
            (&Method::GET | &Method::PATCH, "/api/keys/current") => {
                json_answer(200, Bytes::from_static(KEY.as_bytes()))
            }
            (method, _) => panic!("unexpected {method} {}", request.uri()),
        }
    }

    fn redeem(&self, form: &[u8]) -> Bytes {
        let mut fields = form_urlencoded::parse(form);
        let code = fields.find(|(name, _)| name == "code").expect("a code").1;
        self.tokens.borrow_mut().remove(&*code).expect("a new code")
    }

    fn mint(&self, wanted: &[u8]) -> Bytes {
        let wanted = std::str::from_utf8(wanted).expect("UTF-8");
        let (_, expires_at) = wanted.split_once(r#""expires_at":""#).expect("an end");
        let (expires_at, _) = expires_at.split_once('"').expect("a text");
        let number = self.minted.get();
        self.minted.set(number + 1);
        Bytes::from(format!(
            r#"{{"data":{{"id":"key-{number}","key":"sk_{number:064x}","expires_at":"{expires_at}"}}}}"#
        ))
    }
}

fn json_answer(status: u16, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn metadata() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": format!("{ISSUER}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

fn signing_key() -> SigningKey {
    SigningKey::from_slice(&[1; 32]).expect("a number of the curve")
}

fn key_set() -> Value {
    let point = signing_key().verifying_key().to_sec1_point(false);
    let [x, y] = [point.x(), point.y()]
        .map(|number| URL_SAFE_NO_PAD.encode(number.expect("not compressed")));
    json!({"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "1", "alg": "ES256", "use": "sig"}]})
}

fn id_token(nonce: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let now = START.as_secs();
    let claims = json!({
        "iss": ISSUER, "aud": "tokportal-connector", "sub": "person-1", "name": "Ada", "email": "ada@example.com",
        "nonce": nonce, "iat": now, "exp": now + 900,
    });
    let header = json!({"alg": "ES256", "kid": "1"});
    let message = format!("{}.{}", part(header), part(claims));
    let signature: Signature = signing_key().sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}
