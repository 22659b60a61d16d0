//! Ids of objects: UUIDs that follow from the workspace and a counter, so that a reset brings the same ones, and that
//! carry their owner, so that a stranger's id can be told from one that never was.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::decisions::SYNTHETIC_ID_PREFIX;
use crate::schema::is_uuid;

/// Counters behind the ids of a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    issued: u64,
    #[serde(skip)]
    synthetic: u64,
}

impl Ids {
    /// The next id of a workspace.
    pub fn next(&mut self, workspace: &str) -> String {
        self.issued += 1;
        let digest = Sha256::digest(format!("{workspace}/{}", self.issued).as_bytes());
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&digest[..16]);
        bytes[6] = 0x40 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        let tag = owner_tag(&bytes[..12], workspace);
        bytes[12..].copy_from_slice(&tag);
        spell(&bytes)
    }

    /// The next id of a dry run, which is a copy of the workspace that is thrown away.
    pub fn synthetic(&mut self) -> String {
        self.synthetic += 1;
        format!("{SYNTHETIC_ID_PREFIX}{:012}", self.synthetic)
    }
}

/// Whether an id was issued by a workspace.
pub fn is_of(id: &str, workspace: &str) -> bool {
    let digits: String = id.to_ascii_lowercase().replace('-', "");
    match HEXLOWER.decode(digits.as_bytes()) {
        Ok(bytes) if bytes.len() == 16 => owner_tag(&bytes[..12], workspace)[..] == bytes[12..],
        _ => false,
    }
}

/// Whether an id came out of a dry run.
pub fn is_synthetic(id: &str) -> bool {
    id.starts_with(SYNTHETIC_ID_PREFIX) && is_uuid(id)
}

/// Random bytes as a UUID of version 4 (RFC 9562, section 5.4).
pub fn random_uuid(random: [u8; 32]) -> String {
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&random[..16]);
    bytes[6] = 0x40 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    spell(&bytes)
}

fn owner_tag(prefix: &[u8], workspace: &str) -> [u8; 4] {
    let digest = Sha256::new()
        .chain_update(prefix)
        .chain_update(workspace.as_bytes())
        .finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

fn spell(bytes: &[u8; 16]) -> String {
    let digits = HEXLOWER.encode(bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_that_know_their_owner() {
        let mut ids = Ids::default();
        let (first, second) = (ids.next("person-alex"), ids.next("person-alex"));
        assert_ne!(first, second);
        assert!(is_uuid(&first) && is_uuid(&ids.synthetic()));
        assert!(is_of(&first, "person-alex"));
        assert!(!is_of(&first, "person-sam"));
        assert_eq!(Ids::default().next("person-alex"), first);
    }
}
