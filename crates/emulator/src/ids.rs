//! Ids of objects: UUIDs that follow from the workspace and a counter, so that a reset issues the same ones. They carry
//! a tag of their workspace, so that another workspace's id is told from one that was never issued.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// What every id of a dry run starts with.
const SYNTHETIC_PREFIX: &str = "00000000-0000-4000-8000-";

/// The `number`-th id of a workspace.
pub(crate) fn issue(workspace: &str, number: u64) -> String {
    let digest = Sha256::digest(format!("{workspace}/{number}").as_bytes());
    let mut bytes = version_4(&digest);
    let tag = owner_tag(&bytes[..12], workspace);
    bytes[12..].copy_from_slice(&tag);
    spell(&bytes)
}

/// The `number`-th id of a dry run.
pub(crate) fn synthetic(number: u64) -> String {
    format!("{SYNTHETIC_PREFIX}{number:012}")
}

/// Whether an id was issued by a workspace.
pub(crate) fn is_of(id: &str, workspace: &str) -> bool {
    let digits = id.to_ascii_lowercase().replace('-', "");
    match HEXLOWER.decode(digits.as_bytes()) {
        Ok(bytes) if bytes.len() == 16 => owner_tag(&bytes[..12], workspace)[..] == bytes[12..],
        _ => false,
    }
}

/// Whether an id was issued by a dry run.
pub(crate) fn is_synthetic(text: &str) -> bool {
    let digits = text.strip_prefix(SYNTHETIC_PREFIX);
    digits.is_some_and(|rest| rest.len() == 12 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Random bytes as 64 hexadecimal digits, for a secret.
pub(crate) fn random_secret(random: [u8; 32]) -> String {
    HEXLOWER.encode(&random)
}

/// `req_` and 32 hexadecimal digits, from random bytes.
pub(crate) fn request_id(random: [u8; 32]) -> String {
    format!("req_{}", HEXLOWER.encode(&random[..16]))
}

/// Random bytes as a UUID of version 4 (RFC 9562, section 5.4).
pub(crate) fn random_uuid(random: [u8; 32]) -> String {
    spell(&version_4(&random))
}

/// SHA-256 as 64 lowercase hexadecimal digits: the form in which secrets are stored.
pub(crate) fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

fn version_4(source: &[u8]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&source[..16]);
    bytes[6] = 0x40 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    bytes
}

fn owner_tag(prefix: &[u8], workspace: &str) -> [u8; 4] {
    let hash = Sha256::new().chain_update(prefix);
    let digest = hash.chain_update(workspace.as_bytes()).finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

fn spell(bytes: &[u8; 16]) -> String {
    let digits = HEXLOWER.encode(bytes);
    [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
        .map(|(from, to)| &digits[from..to])
        .join("-")
}
