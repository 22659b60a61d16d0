//! Tokens of signed upload links: `{until}.{tag}`, good for one path and one media type until a time.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::call::Call;
use crate::time::{MINUTE, Time};
use crate::workspace::{Workspace, part};

/// How long a link works.
const LIFE_MS: i64 = 15 * MINUTE;

#[derive(Clone, Default, Serialize, Deserialize)]
struct Links {
    /// Signs the links of the workspace. The first link makes it.
    secret: Option<String>,
}

part!(Links, "uploads");

/// A token for a new link. That of a dry run opens nothing.
pub(super) fn sign(workspace: &mut Workspace, call: &Call, path: &str, media_type: &str) -> String {
    let secret = if call.dry_run {
        call.secret()
    } else {
        let links = workspace.part_mut::<Links>();
        links.secret.get_or_insert_with(|| call.secret()).clone()
    };
    let until = (call.now + LIFE_MS).0.to_string();
    let tag = mac(&secret, [path, media_type, &until]).finalize();
    format!("{until}.{}", HEXLOWER.encode(&tag.into_bytes()))
}

/// Whether the workspace signed this link, and it still works.
pub(crate) fn opens(workspace: &Workspace, path: &str, media_type: &str, token: &str) -> bool {
    let (until, tag) = token.split_once('.').unwrap_or_default();
    let works = until.parse().is_ok_and(|until| workspace.now < Time(until));
    let tag = HEXLOWER.decode(tag.as_bytes()).unwrap_or_default();
    let of_secret = |secret: &String| mac(secret, [path, media_type, until]);
    let mac = workspace.part::<Links>().secret.as_ref().map(of_secret);
    works && mac.is_some_and(|mac| mac.verify_slice(&tag).is_ok())
}

fn mac(secret: &str, signed: [&str; 3]) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes any key");
    mac.chain_update(signed.join("\n"))
}
