//! Proof Key for Code Exchange (RFC 7636), method S256 only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Whether a verifier belongs to a challenge (section 4.6), in time that does not depend on where they differ.
pub(crate) fn is_verifier(verifier: &str, challenge: &str) -> bool {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    is_pkce_text(verifier) && bool::from(hash.as_bytes().ct_eq(challenge.as_bytes()))
}

/// The form of a verifier and of a challenge (sections 4.1 and 4.2): 43 to 128 unreserved characters.
pub(crate) fn is_pkce_text(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
}
