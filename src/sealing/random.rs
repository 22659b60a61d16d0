//! Random text for secrets.

use crate::host::Rng;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// 32 random bytes as base64url: 43 characters.
pub(crate) fn random_text(rng: &impl Rng) -> Secret {
    let mut bytes = Zeroizing::new([0; 32]);
    rng.fill(&mut *bytes);
    Secret::new(URL_SAFE_NO_PAD.encode(*bytes))
}
