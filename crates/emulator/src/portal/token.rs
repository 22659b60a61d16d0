//! The token endpoint (RFC 6749, section 3.2), where a code becomes a signed ID token and an access token once, and
//! userinfo.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::client;
use super::form::Form;
use super::openid::{CLIENT_ID, Grant, issuer, redirect_uri};
use super::page::Reply;
use super::signing::TokenKey;
use crate::host::{Host, SqlError};
use crate::incoming::{Incoming, bearer, header};
use crate::outgoing::{self, Response};
use crate::people::{self, Person};
use crate::store::sign_in::{self, Kind};
use crate::{ledger, workspaces};

/// `POST /portal/oauth/token` (RFC 6749, section 4.1.3).
pub(super) async fn redeem(host: &impl Host, incoming: &Incoming<'_>) -> Reply {
    let form = Form::parse(incoming.body);
    if !client::proves(host, header(incoming.headers, "authorization"))
        || (host.config().client_secret.is_none() && form.get("client_id") != CLIENT_ID)
    {
        let text = "The client is not known or its secret is wrong.";
        return Ok(unauthorized(
            "Basic realm=\"portal\"",
            "invalid_client",
            text,
        ));
    }
    if form.get("grant_type") != "authorization_code" {
        let text = "Only authorization_code is supported.";
        return Ok(oauth_error(400, "unsupported_grant_type", text));
    }
    let grant = sign_in::take(host, Kind::CODE, form.get("code")).await?;
    let Some((person, nonce)) = grant.and_then(|grant| granted(host, &grant, &form)) else {
        let text = "The code is unknown, used, expired or not yours.";
        return Ok(oauth_error(400, "invalid_grant", text));
    };
    let mut claims = Map::new();
    if !nonce.is_empty() {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    Ok(outgoing::json(200, &issue(host, person, claims).await?))
}

/// The tokens of a person (OpenID Connect Core 1.0, sections 2 and 3.1.3.3), with claims in addition to the usual ones or
/// in place of them.
pub(crate) async fn issue(
    host: &impl Host,
    person: &Person,
    claims: Map<String, Value>,
) -> Result<Value, SqlError> {
    let (now, life) = (host.now_ms() / 1000, Kind::TOKEN.seconds());
    let mut all = profile(person);
    all["iss"] = issuer(host).into();
    all["aud"] = CLIENT_ID.into();
    all["iat"] = now.into();
    all["exp"] = (now + life).into();
    for (name, value) in claims {
        all[name] = value;
    }
    Ok(json!({
        "access_token": sign_in::issue(host, Kind::TOKEN, person.id).await?,
        "token_type": "Bearer",
        "expires_in": life,
        "id_token": TokenKey::load(host).await?.token(&all),
    }))
}

/// The person of a code and its nonce, if the form proves that it comes from where the code was sent.
fn granted(host: &impl Host, grant: &str, form: &Form) -> Option<(&'static Person, String)> {
    let [person, challenge, nonce]: Grant = serde_json::from_str(grant).ok()?;
    let verifier = form.get("code_verifier");
    let proof = Sha256::digest(verifier.as_bytes());
    let proven = (43..=128).contains(&verifier.len())
        && challenge == BASE64URL_NOPAD.encode(&proof)
        && form.get("redirect_uri") == redirect_uri(host);
    let person = people::by_id(&person).filter(|_| proven)?;
    Some((person, nonce))
}

/// `GET /portal/oauth/userinfo`: the person and, so that a consent page can say it, their balance.
pub(super) async fn userinfo(host: &impl Host, incoming: &Incoming<'_>) -> Reply {
    let Some(person) = owner(host, incoming).await? else {
        let challenge = "Bearer error=\"invalid_token\"";
        return Ok(unauthorized(challenge, "invalid_token", INVALID_TOKEN));
    };
    let mut claims = profile(person);
    claims["credits"] = credits(host, person).await?.into();
    Ok(outgoing::json(200, &claims))
}

/// The balance of a person.
pub(super) async fn credits(host: &impl Host, person: &Person) -> Result<i64, SqlError> {
    let found = workspaces::load(host, person.id).await?;
    Ok(ledger::balance(&found.workspace))
}

/// The owner of the access token of a request.
pub(super) async fn owner(
    host: &impl Host,
    incoming: &Incoming<'_>,
) -> Result<Option<&'static Person>, SqlError> {
    let token = bearer(incoming.headers).unwrap_or_default();
    let id = sign_in::get(host, Kind::TOKEN, token).await?;
    Ok(id.and_then(|id| people::by_id(&id)))
}

pub(super) const INVALID_TOKEN: &str = "The portal access token is missing, unknown or expired.";

fn profile(person: &Person) -> Value {
    json!({ "sub": person.id, "name": person.name, "email": person.email, "email_verified": true })
}

fn unauthorized(challenge: &str, error: &str, description: &str) -> Response {
    let mut response = oauth_error(401, error, description);
    outgoing::add(&mut response, "www-authenticate", challenge);
    response
}

/// An error in the form of OAuth (RFC 6749, section 5.2).
fn oauth_error(status: u16, error: &str, description: &str) -> Response {
    let body = json!({ "error": error, "error_description": description });
    outgoing::json(status, &body)
}
