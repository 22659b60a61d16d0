//! Whether the connector can verify what the provider signs.

use super::asking::{Asking, Server};
use super::finding::{Finding, sentence};
use crate::check::CheckName;
use crate::config::Portal;
use crate::host::Host;
use crate::jose::keys::PublicKey;
use crate::upstream::portal::fault::{Fault, ProviderError};
use crate::upstream::portal::metadata::ProviderMetadata;
use crate::upstream::portal::provider::read_keys;
use crate::upstream::request::anonymous;

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
fn fitting(keys: &[PublicKey], algorithms: &[&str]) -> Result<usize, ProviderError> {
    let needs_none = algorithms.iter().all(|name| name.starts_with("HS"));
    let is_fitting = |key: &&PublicKey| algorithms.iter().any(|algorithm| key.is_for(algorithm));
    let count = keys.iter().filter(is_fitting).count();
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
