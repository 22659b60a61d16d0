//! Public keys (RFC 7517), and the signatures that they verify.

use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey as Ed25519Key;
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature as P256Signature, VerifyingKey as P256Key};
use p384::ecdsa::{Signature as P384Signature, VerifyingKey as P384Key};
use rsa::{BoxedUint, PublicKey as RsaKey, pkcs1v15, pss};
use serde_json::{Map, Value};
use sha2::{Sha256, Sha384, Sha512};
use std::ops::RangeInclusive;

/// The lengths of an RSA modulus, in bits: the shortest that RFC 7518, section 3.3, allows, and the longest that does not cost
/// too much time.
const MODULUS: RangeInclusive<usize> = 2_048..=4_096;

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

/// A public key that can verify a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    id: Option<String>,
    /// The only algorithm that it is meant for, if it names one.
    algorithm: Option<String>,
    material: Material,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa(RsaKey),
    P256(P256Key),
    P384(P384Key),
    Ed25519(Ed25519Key),
    /// On another curve. It verifies nothing, but the algorithm of its signatures then says what is wrong.
    OtherCurve,
}

/// The keys among the rows of a key set that can verify a signature. Keys of unknown types or for another use are left out
/// (RFC 7517, section 5), and so are those that are malformed, and those that are not public: anyone who reads the set could
/// sign with them.
pub(crate) fn usable(rows: &[Value]) -> Vec<PublicKey> {
    let rows = rows.iter().filter_map(Value::as_object);
    rows.filter_map(PublicKey::of).collect()
}

impl PublicKey {
    fn of(row: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        if is_secret(row) || text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let number = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let material = match (text("kty")?, text("crv")) {
            ("RSA", _) => Material::Rsa(rsa_key(&number("n")?, &number("e")?)?),
            ("EC", Some("P-256")) => {
                let point = point(&number("x")?, &number("y")?, 32)?;
                Material::P256(P256Key::from_sec1_bytes(&point).ok()?)
            }
            ("EC", Some("P-384")) => {
                let point = point(&number("x")?, &number("y")?, 48)?;
                Material::P384(P384Key::from_sec1_bytes(&point).ok()?)
            }
            ("OKP", Some("Ed25519")) => {
                let bytes = number("x")?.try_into().ok()?;
                Material::Ed25519(Ed25519Key::from_bytes(&bytes).ok()?)
            }
            ("EC" | "OKP", Some(_)) => Material::OtherCurve,
            _ => return None,
        };
        Some(Self {
            id: text("kid").map(str::to_owned),
            algorithm: text("alg").map(|name| full_name(name).to_owned()),
            material,
        })
    }

    /// Whether a signature by this algorithm may be one of this key.
    pub(crate) fn is_for(&self, algorithm: &str) -> bool {
        let algorithm = full_name(algorithm);
        let is_meant = self.algorithm.as_deref().is_none_or(|own| own == algorithm);
        let fits = match self.material {
            Material::Rsa(_) => algorithm.starts_with("RS") || algorithm.starts_with("PS"),
            Material::P256(_) => algorithm == "ES256",
            Material::P384(_) => algorithm == "ES384",
            Material::Ed25519(_) => algorithm == "Ed25519",
            Material::OtherCurve => false,
        };
        is_meant && fits
    }

    /// `kid`, if the key has one.
    #[cfg(test)]
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn verifies(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Rsa(key) => verify_rsa(key, algorithm, message, signature),
            Material::P256(key) => P256Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Material::P384(key) => P384Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Material::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Material::OtherCurve => false,
        }
    }
}

/// The name that says everything of an algorithm: `EdDSA` names several, of which only Ed25519 is known here (RFC 9864).
fn full_name(algorithm: &str) -> &str {
    match algorithm {
        "EdDSA" => "Ed25519",
        other => other,
    }
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Option<RsaKey> {
    // Zeros at the beginning of a number do not make it longer.
    let number = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        BoxedUint::from_be_slice_vartime(bytes.get(zeros..).unwrap_or_default())
    };
    // The library also refuses even numbers, and exponents below 2 or of more than 33 bits.
    RsaKey::new_with_size_limits(number(modulus), number(exponent), MODULUS).ok()
}

/// An uncompressed point (SEC 1, section 2.3.3). Both coordinates have their whole length (RFC 7518, section 6.2.1.2).
fn point(x: &[u8], y: &[u8], length: usize) -> Option<Vec<u8>> {
    (x.len() == length && y.len() == length).then(|| [&[4], x, y].concat())
}

fn verify_rsa(key: &RsaKey, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
    macro_rules! verifies {
        ($scheme:ident, $hash:ty) => {
            $scheme::Signature::try_from(signature).is_ok_and(|signature| {
                let key = $scheme::VerifyingKey::<$hash>::new(key.clone());
                key.verify(message, &signature).is_ok()
            })
        };
    }
    match algorithm {
        "RS256" => verifies!(pkcs1v15, Sha256),
        "RS384" => verifies!(pkcs1v15, Sha384),
        "RS512" => verifies!(pkcs1v15, Sha512),
        "PS256" => verifies!(pss, Sha256),
        "PS384" => verifies!(pss, Sha384),
        "PS512" => verifies!(pss, Sha512),
        _ => false,
    }
}

/// How many keys are tried: those of an issuer that is changing its keys, and names none.
const MAX_TRIED: usize = 4;

/// Whether one of the keys verifies a signature. A key with another id than `key_id` is not tried, nor is one that is
/// meant for another algorithm. At most four are tried, because each takes milliseconds.
pub(crate) fn verify(
    keys: &[PublicKey],
    algorithm: &str,
    key_id: Option<&str>,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let has_other_id = |key: &PublicKey| match (key_id, &key.id) {
        (Some(wanted), Some(id)) => id != wanted,
        _ => false,
    };
    keys.iter()
        .filter(|key| !has_other_id(key) && key.is_for(algorithm))
        .take(MAX_TRIED)
        .any(|key| key.verifies(algorithm, message, signature))
}

/// Whether a secret that both sides share authenticates a message.
pub(crate) fn authenticate(
    secret: &Secret,
    algorithm: &str,
    message: &[u8],
    signature: &[u8],
) -> bool {
    macro_rules! authenticates {
        ($hash:ty) => {
            Hmac::<$hash>::new_from_slice(secret.expose().as_bytes()).is_ok_and(|mut mac| {
                mac.update(message);
                mac.verify_slice(signature).is_ok()
            })
        };
    }
    match algorithm {
        "HS256" => authenticates!(Sha256),
        "HS384" => authenticates!(Sha384),
        "HS512" => authenticates!(Sha512),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
