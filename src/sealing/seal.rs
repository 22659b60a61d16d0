//! Sealing: values that leave this process and come back are encrypted and authenticated under a key for each purpose.
//!
//! The cipher is XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha). HKDF-SHA256 (RFC 5869) derives the keys from one root
//! secret. A sealed value is a nonce of 24 random bytes and the ciphertext; as text it is base64url without padding
//! (RFC 4648, section 5). A value that was sealed for one purpose does not open for another.

use crate::host::Rng;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// Length of a nonce, in bytes.
const NONCE: usize = 24;

/// Serializes a [`Secret`] inside a sealed value: `#[serde(with = "sealed_text")]`. [`Secret`] itself does not
/// implement `Serialize`, so that no answer can contain one by accident.
pub(crate) mod sealed_text {
    use crate::secret::Secret;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        secret: &Secret,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Secret, D::Error> {
        String::deserialize(deserializer).map(Secret::new)
    }
}

/// What a sealed value or a signature is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The `state` of a sign-in at the portal.
    SignIn,
    /// The hidden field of the consent form.
    Consent,
    /// The older keys that the consent page offers to replace.
    Replacement,
    /// The "Not you?" link of the consent page.
    Switch,
    /// An access token of the api-key mode.
    AccessToken,
    /// The `requestState` of a question to the person behind a tool call.
    Confirmation,
    /// A question about a call, in the store.
    Question,
    /// The approval of a call that a view can give.
    ViewApproval,
    /// The id of a task.
    Task,
    /// The visit of a person who was asked to approve a call.
    Visit,
    /// The `state` of a sign-in at the portal for such a visit.
    VisitSignIn,
    /// The form for the key of such a visit.
    VisitKey,
    /// The signature of a registered client id.
    ClientId,
    /// The secret of a registered client.
    ClientSecret,
    /// The slot of a rate limit.
    RateLimit,
}

impl Purpose {
    /// The `info` parameter of HKDF.
    fn info(self) -> &'static [u8] {
        match self {
            Self::SignIn => b"tokportal-connector sign-in v1",
            Self::Consent => b"tokportal-connector consent v1",
            Self::Replacement => b"tokportal-connector replacement v1",
            Self::Switch => b"tokportal-connector switch v1",
            Self::AccessToken => b"tokportal-connector access token v1",
            Self::Confirmation => b"tokportal-connector confirmation v1",
            Self::Question => b"tokportal-connector question v1",
            Self::ViewApproval => b"tokportal-connector view approval v1",
            Self::Task => b"tokportal-connector task v1",
            Self::Visit => b"tokportal-connector visit v1",
            Self::VisitKey => b"tokportal-connector visit key v1",
            Self::VisitSignIn => b"tokportal-connector visit sign-in v1",
            Self::ClientId => b"tokportal-connector client id v1",
            Self::ClientSecret => b"tokportal-connector client secret v1",
            Self::RateLimit => b"tokportal-connector rate limit v1",
        }
    }
}

/// Seals and opens, signs and checks.
pub(crate) struct Sealer {
    root: Hkdf<Sha256>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// A sealer that derives its keys from this secret. HKDF does not make a weak secret stronger.
    pub(crate) fn new(secret: &Secret) -> Self {
        Self {
            root: Hkdf::new(Some(b"tokportal-connector"), secret.expose().as_bytes()),
        }
    }

    /// Seals a value as text.
    pub(crate) fn seal(&self, rng: &impl Rng, purpose: Purpose, value: &impl Serialize) -> String {
        URL_SAFE_NO_PAD.encode(seal(rng, &self.key(&[purpose.info()]), value))
    }

    /// Opens a value that [`Sealer::seal`] sealed for the same purpose; `None` for any other text.
    pub(crate) fn open<T: DeserializeOwned>(&self, purpose: Purpose, text: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        open(&self.key(&[purpose.info()]), &bytes)
    }

    /// Seals a value under a key that is derived from the root secret and a code, so that only a request with the code
    /// opens it.
    pub(crate) fn seal_under_code(
        &self,
        rng: &impl Rng,
        code: &Secret,
        value: &impl Serialize,
    ) -> Vec<u8> {
        seal(rng, &self.code_key(code), value)
    }

    /// Opens a value that [`Sealer::seal_under_code`] sealed under the same code.
    pub(crate) fn open_under_code<T: DeserializeOwned>(
        &self,
        code: &Secret,
        bytes: &[u8],
    ) -> Option<T> {
        open(&self.code_key(code), bytes)
    }

    /// HMAC-SHA256 (RFC 2104) of a text under the key of a purpose, as base64url.
    pub(crate) fn sign(&self, purpose: Purpose, text: &str) -> Secret {
        Secret::new(URL_SAFE_NO_PAD.encode(self.mac(purpose, text).finalize().into_bytes()))
    }

    /// Whether [`Sealer::sign`] makes this signature. The comparison takes constant time.
    pub(crate) fn is_signed(&self, purpose: Purpose, text: &str, signature: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(signature)
            .is_ok_and(|signature| self.mac(purpose, text).verify_slice(&signature).is_ok())
    }

    /// HMAC-SHA256 (RFC 2104) of a text under the key of a purpose.
    pub(crate) fn hash(&self, purpose: Purpose, text: &str) -> [u8; 32] {
        self.mac(purpose, text).finalize().into_bytes().into()
    }

    fn mac(&self, purpose: Purpose, text: &str) -> Hmac<Sha256> {
        let key = self.key(&[purpose.info()]);
        let mut mac = Hmac::<Sha256>::new(&block(&key));
        mac.update(text.as_bytes());
        mac
    }

    fn code_key(&self, code: &Secret) -> Zeroizing<[u8; 32]> {
        self.key(&[b"tokportal-connector code v1 ", code.expose().as_bytes()])
    }

    #[expect(
        clippy::expect_used,
        reason = "HKDF refuses only outputs of more than 255 hashes, and this is one"
    )]
    fn key(&self, info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        self.root
            .expand_multi_info(info, &mut *key)
            .expect("32 bytes");
        key
    }
}

/// The key padded with zeros to a block of SHA-256, the form that HMAC takes (RFC 2104, section 2).
fn block(key: &[u8; 32]) -> hmac::digest::Key<Hmac<Sha256>> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    block
}

#[expect(
    clippy::expect_used,
    reason = "serde_json refuses only maps whose keys are not text, which are never sealed; the cipher refuses only texts of more than 256 GB"
)]
fn seal(rng: &impl Rng, key: &[u8; 32], value: &impl Serialize) -> Vec<u8> {
    let plain = Zeroizing::new(serde_json::to_vec(value).expect("no map"));
    let mut nonce = XNonce::default();
    rng.fill(&mut nonce);
    let ciphertext = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(&nonce, plain.as_slice())
        .expect("a short text");
    let mut sealed = nonce.to_vec();
    sealed.extend(ciphertext);
    sealed
}

fn open<T: DeserializeOwned>(key: &[u8; 32], sealed: &[u8]) -> Option<T> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>()?;
    let nonce = XNonce::from(*nonce);
    let plain = XChaCha20Poly1305::new(&(*key).into())
        .decrypt(&nonce, ciphertext)
        .ok()?;
    serde_json::from_slice(&Zeroizing::new(plain)).ok()
}

#[cfg(test)]
mod tests;
