//! The token endpoint (RFC 6749, section 3.2): a code becomes a signed ID token and a portal access token, once.

use bytes::Bytes;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::Response;
use http::header::WWW_AUTHENTICATE;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Form;
use super::openid::{CLIENT_ID, Grant, issuer, oauth_error, profile};
use super::page;
use super::signing::Signature256;
use super::visitor::fresh;
use crate::decisions::PORTAL_TOKEN_LIFE_MS;
use crate::host::{Host, SqlError};
use crate::people;
use crate::pipeline::{Incoming, header};
use crate::store::portal::{self, Kind};

/// `POST /portal/oauth/token` (RFC 6749, section 4.1.3).
pub(super) async fn redeem(
    host: &impl Host,
    incoming: &Incoming<'_>,
) -> Result<Response<Bytes>, SqlError> {
    let form = Form::parse(incoming.body);
    if !is_client(host, incoming, &form) {
        let mut response = oauth_error(
            401,
            "invalid_client",
            "The client is not known or its secret is wrong.",
        );
        page::set(
            response.headers_mut(),
            WWW_AUTHENTICATE,
            "Basic realm=\"portal\"",
        );
        return Ok(response);
    }
    if form.get("grant_type") != "authorization_code" {
        return Ok(oauth_error(
            400,
            "unsupported_grant_type",
            "Only authorization_code is supported.",
        ));
    }
    let grant = portal::take(host, Kind::Code, form.get("code")).await?;
    let grant: Option<Grant> = grant.and_then(|text| serde_json::from_str(&text).ok());
    let proof = BASE64URL_NOPAD.encode(&Sha256::digest(form.get("code_verifier").as_bytes()));
    let grant = grant
        .filter(|grant| grant.redirect_uri == form.get("redirect_uri") && grant.challenge == proof);
    let Some((grant, person)) =
        grant.and_then(|grant| people::by_id(&grant.person).map(|person| (grant, person)))
    else {
        return Ok(oauth_error(
            400,
            "invalid_grant",
            "The code is unknown, used, expired or not yours.",
        ));
    };
    let access_token = fresh(host);
    portal::put(
        host,
        Kind::Token,
        &access_token,
        person.id,
        PORTAL_TOKEN_LIFE_MS,
    )
    .await?;
    let now = host.now_ms() / 1000;
    let mut claims = profile(person);
    claims["iss"] = issuer(host).into();
    claims["aud"] = CLIENT_ID.into();
    claims["iat"] = now.into();
    claims["exp"] = (now + PORTAL_TOKEN_LIFE_MS / 1000).into();
    claims["auth_time"] = grant.auth_time.into();
    if let Some(nonce) = grant.nonce {
        claims["nonce"] = nonce.into();
    }
    Ok(page::json(
        200,
        &json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": PORTAL_TOKEN_LIFE_MS / 1000,
            "id_token": Signature256::load(host).await?.token(&claims),
            "scope": grant.scope,
        }),
    ))
}

/// Whether the request comes from the registered client: by its secret if one is configured, else by its id.
fn is_client(host: &impl Host, incoming: &Incoming<'_>, form: &Form) -> bool {
    let (id, secret) = basic(incoming).unwrap_or_else(|| {
        (
            form.get("client_id").to_owned(),
            form.get("client_secret").to_owned(),
        )
    });
    id == CLIENT_ID
        && host
            .config()
            .client_secret
            .as_ref()
            .is_none_or(|expected| *expected == secret)
}

/// `client_secret_basic` (RFC 6749, section 2.3.1): both halves are form-encoded.
fn basic(incoming: &Incoming<'_>) -> Option<(String, String)> {
    let (scheme, encoded) = header(incoming.headers, "authorization")?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| {
        Form::parse(format!("v={text}").as_bytes())
            .get("v")
            .to_owned()
    };
    Some((decode(id), decode(secret)))
}
