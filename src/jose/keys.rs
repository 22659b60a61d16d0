//! Public keys (RFC 7517), and the signatures that they verify.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JwsSigningAlgorithm};
use serde_json::{Map, Value};

/// The shortest RSA modulus, in bytes (RFC 7518, section 3.3).
const MIN_MODULUS: usize = 2_048 / 8;

/// The asymmetric algorithms that can be verified (RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2).
pub(crate) const ASYMMETRIC: [&str; 10] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519",
];
/// The algorithms whose key is a secret that both sides share (RFC 7518, section 3.2).
pub(crate) const SYMMETRIC: [&str; 3] = ["HS256", "HS384", "HS512"];

/// Members that only a private or a symmetric key has (RFC 7518, section 6).
const SECRET_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// Whether a key of a key set has a member that must not be published.
pub(crate) fn is_secret(key: &Map<String, Value>) -> bool {
    SECRET_MEMBERS.iter().any(|name| key.contains_key(*name))
}

/// The keys among the rows of a key set that can verify a signature. Keys of unknown types are left out (RFC 7517,
/// section 5), and so are those that are not public: anyone who reads the set could sign with them.
pub(crate) fn usable(rows: &[Value]) -> Vec<CoreJsonWebKey> {
    let rows = rows.iter().filter_map(Value::as_object);
    rows.filter(|row| is_long_enough(row) && !is_secret(row))
        .filter_map(|row| {
            let mut row = row.clone();
            // The library knows the algorithm by its older name only.
            if row.get("alg").is_some_and(|alg| alg == "Ed25519") {
                row.insert("alg".to_owned(), "EdDSA".into());
            }
            serde_json::from_value(Value::Object(row)).ok()
        })
        .collect()
}

fn is_long_enough(key: &Map<String, Value>) -> bool {
    let modulus = key.get("n").and_then(Value::as_str).unwrap_or_default();
    let modulus = URL_SAFE_NO_PAD.decode(modulus).unwrap_or_default();
    // Zeros at its beginning do not make a number longer.
    let length = modulus.iter().skip_while(|byte| **byte == 0).count();
    key.get("kty").is_none_or(|kty| kty != "RSA") || length >= MIN_MODULUS
}

/// How many keys are tried: those of an issuer that is changing its keys, and names none.
const MAX_TRIED: usize = 4;

/// Whether one of the keys verifies a signature. A key with another id than `key_id` is not tried, nor is one that is
/// meant for another use or algorithm. At most four are tried, because each takes milliseconds.
pub(crate) fn verify(
    keys: &[CoreJsonWebKey],
    algorithm: &str,
    key_id: Option<&str>,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let algorithm = match algorithm {
        "RS256" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        "RS384" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
        "RS512" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
        "PS256" => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        "PS384" => CoreJwsSigningAlgorithm::RsaSsaPssSha384,
        "PS512" => CoreJwsSigningAlgorithm::RsaSsaPssSha512,
        "ES256" => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        "ES384" => CoreJwsSigningAlgorithm::EcdsaP384Sha384,
        "EdDSA" | "Ed25519" => CoreJwsSigningAlgorithm::EdDsa,
        "HS256" => CoreJwsSigningAlgorithm::HmacSha256,
        "HS384" => CoreJwsSigningAlgorithm::HmacSha384,
        "HS512" => CoreJwsSigningAlgorithm::HmacSha512,
        _ => return false,
    };
    let other_id = |key: &&CoreJsonWebKey| match (key_id, key.key_id()) {
        (Some(wanted), Some(id)) => id.as_str() != wanted,
        _ => false,
    };
    keys.iter()
        .filter(|key| !other_id(key) && algorithm.key_type().as_ref() == Some(key.key_type()))
        .take(MAX_TRIED)
        .any(|key| key.verify_signature(&algorithm, message, signature).is_ok())
}

#[cfg(test)]
mod tests;
