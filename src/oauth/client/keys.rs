//! The public keys of a client (RFC 7517), with which it authenticates (`private_key_jwt`).

use crate::jose::keys::{self, PublicKey};
use serde_json::Value;

/// How many keys of a set are tried.
pub(super) const MAX_KEYS: usize = 16;
/// The signature algorithms that are accepted, all of them asymmetric (RFC 7518, section 3.1; RFC 8037).
pub(crate) const ALGORITHMS: [&str; 5] = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];

/// The keys of a client and the algorithm that it restricts itself to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientKeys {
    pub(super) set: KeySet,
    /// `token_endpoint_auth_signing_alg` of the document.
    pub(super) algorithm: Option<String>,
}

/// Where the keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeySet {
    /// In the document (`jwks`).
    Inline(Vec<PublicKey>),
    /// At the URL that the document names (`jwks_uri`).
    At(String),
}

/// The keys of a JSON Web Key Set that can verify a signature. Keys of unknown types are left out (RFC 7517, section 5).
///
/// # Errors
/// Why the set cannot be used.
pub(super) fn parse_set(set: &Value) -> Result<Vec<PublicKey>, &'static str> {
    let rows = set.get("keys").and_then(Value::as_array);
    let rows = rows.ok_or("the key set has no keys")?;
    if rows.len() > MAX_KEYS {
        return Err("the key set has too many keys");
    }
    if rows
        .iter()
        .filter_map(Value::as_object)
        .any(keys::is_secret)
    {
        return Err("the key set has a private key");
    }
    let usable = keys::usable(rows);
    if usable.is_empty() {
        return Err("the key set has no usable key");
    }
    Ok(usable)
}
