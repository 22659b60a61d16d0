//! Proof Key for Code Exchange (RFC 7636), method S256 only.

use crate::digest::sha256_base64url;
use subtle::ConstantTimeEq;

/// Whether a code verifier matches a code challenge (section 4.6). The comparison takes constant time.
pub(super) fn is_verifier(code_verifier: &str, code_challenge: &str) -> bool {
    let hash = sha256_base64url(code_verifier);
    is_pkce_text(code_verifier) && bool::from(hash.as_bytes().ct_eq(code_challenge.as_bytes()))
}

/// Whether the text has the syntax of a code verifier and a code challenge (sections 4.1 and 4.2): 43 to 128 unreserved
/// characters.
pub(super) fn is_pkce_text(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
}
