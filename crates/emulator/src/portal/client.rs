//! How the connector proves that it is the registered client, and that a person signed in for it.

use std::borrow::Cow;

use data_encoding::BASE64;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::openid::{CLIENT_ID, issuer};
use super::signing::TokenKey;
use crate::host::{Host, SqlError};
use crate::ids::hash;
use crate::people::Person;

/// How old an ID token may be at the keys API, and how far the clocks may be apart, in seconds.
const ID_TOKEN_AGE: i64 = 15 * 60;
const LEEWAY: i64 = 60;

/// Whether a header holds the client's id and secret (`client_secret_basic`: both form-encoded, RFC 6749, section
/// 2.3.1). A public client has nothing to prove.
pub(super) fn proves(host: &impl Host, sent: Option<&str>) -> bool {
    let Some(secret) = &host.config().client_secret else {
        return true;
    };
    let expected = [CLIENT_ID, secret].map(hash);
    // The hashes take as long to compare whatever was sent.
    credentials(sent.unwrap_or_default())
        .is_some_and(|sent| sent.map(|sent| hash(&sent)) == expected)
}

fn credentials(header: &str) -> Option<[String; 2]> {
    let (scheme, text) = header.split_once(' ')?;
    let text = BASE64.decode(text.trim().as_bytes()).ok();
    let text = String::from_utf8(text.filter(|_| scheme.eq_ignore_ascii_case("basic"))?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |half: &str| {
        let half = half.replace('+', " ");
        percent_decode_str(&half).decode_utf8().map(Cow::into_owned)
    };
    Some([decode(id).ok()?, decode(secret).ok()?])
}

/// Whether the client received this ID token for the person within the last minutes. `exp` is not the limit, because the
/// person may take longer to decide.
pub(super) async fn signed_in(
    host: &impl Host,
    token: &str,
    person: &Person,
) -> Result<bool, SqlError> {
    let Some(claims) = TokenKey::load(host).await?.claims(token) else {
        return Ok(false);
    };
    let is_ours = |client: &Value| client == CLIENT_ID;
    let audience = &claims["aud"];
    let age = claims["iat"].as_i64().map(|at| host.now_ms() / 1000 - at);
    Ok(claims["iss"] == issuer(host)
        && (is_ours(audience)
            || audience
                .as_array()
                .is_some_and(|all| all.iter().any(is_ours)))
        && (claims["azp"].is_null() || is_ours(&claims["azp"]))
        && age.is_some_and(|age| (-LEEWAY..=ID_TOKEN_AGE + LEEWAY).contains(&age))
        && claims["sub"] == person.id)
}
