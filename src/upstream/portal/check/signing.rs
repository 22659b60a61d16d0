//! Whether the connector can verify what the provider signs.

use super::asking::{Asking, Server};
use super::finding::{Finding, sentence};
use crate::check::CheckName;
use crate::config::Portal;
use crate::host::Host;
use crate::upstream::portal::fault::{Fault, ProviderError};
use crate::upstream::portal::metadata::ProviderMetadata;
use crate::upstream::portal::provider::read_keys;
use crate::upstream::request::anonymous;
use openidconnect::core::CoreJsonWebKey;
use serde_json::Value;

const NAME: CheckName = CheckName::Signing;
const FIX: &str = "Check `jwks_uri` in the metadata of the portal, and the server there.";

/// The algorithms in common, and the signing keys.
pub(super) async fn check<H: Host>(
    asking: &Asking<'_, H>,
    portal: &Portal,
    metadata: &ProviderMetadata,
) -> Finding {
    let has_secret = portal.client_secret.is_some();
    // The keys are asked for in any case: this host may not allow that, either.
    let answer = asking
        .send(Server::Keyset, anonymous(&metadata.jwks_uri))
        .await;
    if let Err(fault) = metadata.check_algorithms(has_secret) {
        return faulty(&fault.into());
    }
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Finding::unreachable(NAME, "the signing keys", &error, FIX),
    };
    let common = common(metadata, has_secret);
    let usable = read_keys(&answer).and_then(|keys| fitting(&keys, &common));
    match usable {
        Ok(count) => Finding::noted(
            NAME,
            format!(
                "Algorithms in common: {}. Usable keys: {count}.",
                common.join(", ")
            ),
        ),
        Err(error) => faulty(&error),
    }
}

fn faulty(error: &ProviderError) -> Finding {
    Finding::failed(NAME, sentence(error.cause()), error.fix().unwrap_or(FIX))
}

fn common(metadata: &ProviderMetadata, has_secret: bool) -> Vec<&str> {
    if metadata.signing_algorithms.is_empty() {
        return vec!["RS256"];
    }
    let listed = metadata.signing_algorithms.iter();
    listed
        .filter(|listed| metadata.check_algorithm(listed, has_secret).is_ok())
        .map(String::as_str)
        .collect()
}

/// How many keys are for one of these algorithms.
fn fitting(keys: &[CoreJsonWebKey], algorithms: &[&str]) -> Result<usize, ProviderError> {
    let needs_none = algorithms.iter().all(|name| name.starts_with("HS"));
    let members = keys.iter().filter_map(|key| serde_json::to_value(key).ok());
    let count = members.filter(|key| fits(key, algorithms)).count();
    if count > 0 || needs_none {
        return Ok(count);
    }
    Err(Fault::new(
        format!(
            "none of the portal's signing keys is for {}",
            algorithms.join(", ")
        ),
        "Let the portal publish the public key of an algorithm that the connector knows at its `jwks_uri`.",
    )
    .into())
}

/// Whether a key is for signatures by one of the algorithms (RFC 7518, section 6; RFC 8037, section 2).
fn fits(key: &Value, algorithms: &[&str]) -> bool {
    let is_signing = key["use"].is_null() || key["use"] == "sig";
    let fits = |algorithm: &&str| match *algorithm {
        "ES256" => key["crv"] == "P-256",
        "ES384" => key["crv"] == "P-384",
        "EdDSA" | "Ed25519" => key["crv"] == "Ed25519",
        _ => key["kty"] == "RSA",
    };
    is_signing && algorithms.iter().any(fits)
}
