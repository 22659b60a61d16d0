//! The OpenID provider (OpenID Connect Core 1.0) with one registered client, the connector: authorization code with
//! PKCE, `nonce` and `state`.

use serde_json::json;

use super::form::url;
use super::page::{self, Reply};
use super::problem::Problem;
use super::signing::TokenKey;
use super::visit::Visit;
use crate::host::Host;
use crate::outgoing::{self, Response};
use crate::store::sign_in::{self, Kind};

/// The registered client.
pub(super) const CLIENT_ID: &str = "tokportal-connector";

/// What an authorization code stands for: the person, the challenge and the nonce, which may be empty.
pub(super) type Grant = [String; 3];

pub(super) fn issuer(host: &impl Host) -> String {
    format!("{}/portal", host.config().public_url)
}

/// The client's only redirect URI.
pub(super) fn redirect_uri(host: &impl Host) -> String {
    format!("{}/connect/callback", host.config().connector_url)
}

/// `GET /portal/.well-known/openid-configuration` (OpenID Connect Discovery 1.0, section 4).
pub(super) fn discovery(host: &impl Host) -> Response {
    let issuer = issuer(host);
    let secret = host.config().client_secret.as_ref();
    let method = secret.map_or("none", |_| "client_secret_basic");
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"),
        "userinfo_endpoint": format!("{issuer}/oauth/userinfo"),
        "jwks_uri": format!("{issuer}/oauth/jwks"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["openid", "profile", "email"],
        "token_endpoint_auth_methods_supported": [method],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    outgoing::json(200, &metadata)
}

/// `GET /portal/oauth/jwks`.
pub(super) async fn key_set(host: &impl Host) -> Reply {
    let keys = [TokenKey::load(host).await?.public()];
    Ok(outgoing::json(200, &json!({ "keys": keys })))
}

/// `GET /portal/oauth/authorize`. The browser is sent back only once client and address are known to be right.
pub(super) async fn authorize<H: Host>(visit: &Visit<'_, H>) -> Reply {
    let (host, query) = (visit.host, &visit.query);
    let (issuer, redirect_uri) = (issuer(host), redirect_uri(host));
    if query.get("client_id") != CLIENT_ID || query.get("redirect_uri") != redirect_uri {
        return Ok(visit.problem(Problem::UnknownApp));
    }
    let send_back = |name: &str, value: &str| {
        let state = query.pairs().filter(|(name, _)| *name == "state").take(1);
        let pairs = [(name, value), ("iss", &*issuer)].into_iter().chain(state);
        Ok(page::see_other(&url(&redirect_uri, pairs)))
    };
    let asks = |name: &str, word: &str| query.get(name).split(' ').any(|other| other == word);
    let challenge = query.get("code_challenge");
    if query.get("response_type") != "code" {
        return send_back("error", "unsupported_response_type");
    }
    if !asks("scope", "openid") {
        return send_back("error", "invalid_scope");
    }
    if query.get("code_challenge_method") != "S256" || challenge.len() != 43 {
        return send_back("error", "invalid_request");
    }
    let Some(person) = visit.frame.person.filter(|_| !asks("prompt", "login")) else {
        if asks("prompt", "none") {
            return send_back("error", "login_required");
        }
        // After the sign-in the same request goes on, without asking again.
        let rest = query.pairs().filter(|(name, _)| *name != "prompt");
        let return_to = url("/portal/oauth/authorize", rest);
        let sign_in = url("/portal/sign-in", [("return_to", &*return_to)]);
        return Ok(page::see_other(&sign_in));
    };
    let grant: Grant = [person.id, challenge, query.get("nonce")].map(str::to_owned);
    let code = sign_in::issue(host, Kind::CODE, &json!(grant).to_string()).await?;
    send_back("code", &code)
}
