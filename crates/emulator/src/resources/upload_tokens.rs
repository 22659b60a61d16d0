//! Tokens of signed upload links: `{until}.{tag}`, good for one path and one media type until a time.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::workspace::Workspace;

/// Whether the workspace signed this link, and it is still good.
pub fn may_put(
    workspace: &Workspace,
    path: &str,
    content_type: &str,
    token: &str,
    now: i64,
) -> bool {
    let Some(secret) = &workspace.uploads.secret else {
        return false;
    };
    let Some((until, tag)) = token.split_once('.') else {
        return false;
    };
    let (Ok(until), Ok(tag)) = (
        until.parse::<i64>(),
        data_encoding::HEXLOWER.decode(tag.as_bytes()),
    ) else {
        return false;
    };
    let genuine =
        mac(secret, path, content_type, until).is_some_and(|mac| mac.verify_slice(&tag).is_ok());
    genuine && now < until
}

/// The tag of a link.
pub fn sign(secret: &str, path: &str, content_type: &str, until: i64) -> String {
    mac(secret, path, content_type, until)
        .map(|mac| data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes()))
        .unwrap_or_default()
}

fn mac(secret: &str, path: &str, content_type: &str, until: i64) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    Some(mac.chain_update(format!("{path}\n{content_type}\n{until}")))
}
