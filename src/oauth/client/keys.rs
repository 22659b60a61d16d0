//! The public keys of a client (RFC 7517), with which it authenticates (`private_key_jwt`).

use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use serde_json::{Map, Value};

/// How many keys of a set are tried.
pub(super) const MAX_KEYS: usize = 16;
/// The shortest RSA modulus as base64url: 2,048 bits (RFC 7518, section 3.3).
const MIN_MODULUS: usize = 342;
/// Members that only a private or a symmetric key has (RFC 7518, section 6).
const SECRET_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

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
    Inline(Vec<CoreJsonWebKey>),
    /// At the URL that the document names (`jwks_uri`).
    At(String),
}

/// The keys of a JSON Web Key Set that can verify a signature. Keys of unknown types are left out (RFC 7517, section 5).
///
/// # Errors
/// Why the set cannot be used.
pub(super) fn parse_set(set: &Value) -> Result<Vec<CoreJsonWebKey>, &'static str> {
    let keys = set.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or("the key set has no keys")?;
    if keys.len() > MAX_KEYS {
        return Err("the key set has too many keys");
    }
    let mut usable = Vec::new();
    for key in keys.iter().filter_map(Value::as_object) {
        if SECRET_MEMBERS.iter().any(|name| key.contains_key(*name)) {
            return Err("the key set has a private key");
        }
        if is_long_enough(key)
            && let Ok(key) = serde_json::from_value(Value::Object(key.clone()))
        {
            usable.push(key);
        }
    }
    if usable.is_empty() {
        return Err("the key set has no usable key");
    }
    Ok(usable)
}

fn is_long_enough(key: &Map<String, Value>) -> bool {
    let modulus = key.get("n").and_then(Value::as_str).unwrap_or_default();
    key.get("kty").is_none_or(|kty| kty != "RSA") || modulus.len() >= MIN_MODULUS
}

/// Whether one of the keys verifies a signature. A key with another id than `key_id` is not tried.
pub(super) fn verify(
    keys: &[CoreJsonWebKey],
    algorithm: &str,
    key_id: Option<&str>,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let algorithm = match algorithm {
        "ES256" => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        "ES384" => CoreJwsSigningAlgorithm::EcdsaP384Sha384,
        "EdDSA" => CoreJwsSigningAlgorithm::EdDsa,
        "PS256" => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        "RS256" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        _ => return false,
    };
    let other_id = |key: &&CoreJsonWebKey| match (key_id, key.key_id()) {
        (Some(wanted), Some(id)) => id.as_str() != wanted,
        _ => false,
    };
    keys.iter()
        .filter(|key| !other_id(key))
        .any(|key| key.verify_signature(&algorithm, message, signature).is_ok())
}
