//! The OpenID provider (OpenID Connect Core 1.0) with one registered client, the connector: authorization code with
//! PKCE, `nonce` and `state`; signed ID token; userinfo.

use bytes::Bytes;
use http::Response;
use http::header::WWW_AUTHENTICATE;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Form;
use super::page::{self, Problem};
use super::signing::Signature256;
use super::visitor::{Visitor, fresh};
use crate::decisions::SIGN_IN_CODE_LIFE_MS;
use crate::host::{Host, SqlError};
use crate::people::{self, Person};
use crate::pipeline::{Incoming, bearer};
use crate::store::portal::{self, Kind};
use crate::store::{settings, workspaces};

/// The one registered client.
pub(super) const CLIENT_ID: &str = "tokportal-connector";

/// What an authorization code stands for.
#[derive(Serialize, Deserialize)]
pub(super) struct Grant {
    pub(super) person: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
    pub(super) scope: String,
    pub(super) auth_time: i64,
}

/// The issuer identifier.
pub(super) fn issuer(host: &impl Host) -> String {
    format!("{}/portal", host.config().public_url)
}

fn redirect_uri(host: &impl Host) -> String {
    format!("{}/connect/callback", host.config().public_url)
}

/// `GET /portal/.well-known/openid-configuration` (OpenID Connect Discovery 1.0, section 4).
pub(super) fn discovery(host: &impl Host) -> Response<Bytes> {
    let issuer = issuer(host);
    let methods: &[&str] = if host.config().client_secret.is_some() {
        &["client_secret_basic", "client_secret_post"]
    } else {
        &["none"]
    };
    page::json(
        200,
        &json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/oauth/authorize"),
            "token_endpoint": format!("{issuer}/oauth/token"),
            "userinfo_endpoint": format!("{issuer}/oauth/userinfo"),
            "jwks_uri": format!("{issuer}/oauth/jwks"),
            "end_session_endpoint": format!("{issuer}/sign-out"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "scopes_supported": ["openid", "profile", "email"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "name", "email", "email_verified", "credits"],
            "token_endpoint_auth_methods_supported": methods,
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login", "select_account"],
            "authorization_response_iss_parameter_supported": true,
        }),
    )
}

/// `GET /portal/oauth/jwks`.
pub(super) async fn key_set(host: &impl Host) -> Result<Response<Bytes>, SqlError> {
    Ok(page::json(200, &Signature256::load(host).await?.key_set()))
}

/// `GET /portal/oauth/authorize`. Until client and address are known to be right, errors stay on a page.
pub(super) async fn authorize(
    host: &impl Host,
    visitor: &Visitor,
    incoming: &Incoming<'_>,
) -> Result<Response<Bytes>, SqlError> {
    let query = Form::parse(incoming.query.as_bytes());
    if query.get("client_id") != CLIENT_ID || query.get("redirect_uri") != redirect_uri(host) {
        return Ok(page::problem(
            host,
            visitor,
            Problem {
                status: 400,
                title: "This link is not valid",
                what_happened: "The app that sent you here is not registered with this portal, or wants the answer elsewhere.",
                what_to_do: "Go back to your app and connect again.",
                link: None,
            },
        ));
    }
    let back = |answer: &[(&str, &str)]| {
        let mut url = form_urlencoded::Serializer::new(format!("{}?", redirect_uri(host)));
        url.extend_pairs(answer).append_pair("iss", &issuer(host));
        if query.has("state") {
            url.append_pair("state", query.get("state"));
        }
        page::see_other(&url.finish(), visitor)
    };
    let challenge = query.get("code_challenge");
    let fault = if query.get("response_type") != "code" {
        Some(("unsupported_response_type", "response_type has to be code"))
    } else if !query.get("scope").split(' ').any(|scope| scope == "openid") {
        Some(("invalid_scope", "scope has to contain openid"))
    } else if query.get("code_challenge_method") != "S256" || challenge.len() != 43 {
        Some(("invalid_request", "PKCE with S256 is required"))
    } else {
        None
    };
    if let Some((error, description)) = fault {
        return Ok(back(&[
            ("error", error),
            ("error_description", description),
        ]));
    }
    let asks = |wanted: &str| {
        query
            .get("prompt")
            .split(' ')
            .any(|prompt| prompt == wanted)
    };
    let person = visitor
        .person
        .filter(|_| !asks("login") && !asks("select_account"));
    let Some(person) = person else {
        if asks("none") {
            return Ok(back(&[("error", "login_required")]));
        }
        // Once signed in, the same request goes on without asking again.
        let mut rest = form_urlencoded::Serializer::new(String::new());
        rest.extend_pairs(query.0.iter().filter(|(name, _)| name != "prompt"));
        let return_to = format!("/portal/oauth/authorize?{}", rest.finish());
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("return_to", &return_to)
            .append_pair("email", query.get("login_hint"))
            .finish();
        return Ok(page::see_other(
            &format!("/portal/sign-in?{query}"),
            visitor,
        ));
    };
    let grant = Grant {
        person: person.id.to_owned(),
        redirect_uri: redirect_uri(host),
        challenge: challenge.to_owned(),
        nonce: query.has("nonce").then(|| query.get("nonce").to_owned()),
        scope: query.get("scope").to_owned(),
        auth_time: host.now_ms() / 1000,
    };
    let code = fresh(host);
    let text = serde_json::to_string(&grant).map_err(|error| SqlError(error.to_string()))?;
    portal::put(host, Kind::Code, &code, &text, SIGN_IN_CODE_LIFE_MS).await?;
    Ok(back(&[("code", &code)]))
}

/// `GET /portal/oauth/userinfo`: the person and, so that a consent page can say it, their credits.
pub(super) async fn userinfo(
    host: &impl Host,
    incoming: &Incoming<'_>,
) -> Result<Response<Bytes>, SqlError> {
    let Some(person) = token_owner(host, incoming).await? else {
        return Ok(invalid_token());
    };
    let mut claims = profile(person);
    claims["credits"] = credits(host, person).await?.into();
    Ok(page::json(200, &claims))
}

/// The credits of a person at the moment.
pub(super) async fn credits(host: &impl Host, person: &Person) -> Result<i64, SqlError> {
    let now = settings::load(host).await?.now(host);
    let mut workspace = workspaces::load(host, person.id).await?.workspace;
    workspace.settle(now);
    Ok(workspace.credits.balance())
}

/// The owner of the portal access token of a request.
pub(super) async fn token_owner(
    host: &impl Host,
    incoming: &Incoming<'_>,
) -> Result<Option<&'static Person>, SqlError> {
    match bearer(incoming.headers) {
        Some(token) => Ok(portal::get(host, Kind::Token, token)
            .await?
            .and_then(|id| people::by_id(&id))),
        None => Ok(None),
    }
}

/// 401 for a portal access token that is missing or worth nothing (RFC 6750, section 3).
pub(super) fn invalid_token() -> Response<Bytes> {
    let mut response = oauth_error(
        401,
        "invalid_token",
        "The portal access token is missing, unknown or expired.",
    );
    page::set(
        response.headers_mut(),
        WWW_AUTHENTICATE,
        "Bearer error=\"invalid_token\"",
    );
    response
}

/// The claims about a person.
pub(super) fn profile(person: &Person) -> Value {
    json!({ "sub": person.id, "name": person.name, "email": person.email, "email_verified": true })
}

/// An OAuth error as JSON (RFC 6749, section 5.2).
pub(super) fn oauth_error(status: u16, error: &str, description: &str) -> Response<Bytes> {
    page::json(
        status,
        &json!({ "error": error, "error_description": description }),
    )
}
