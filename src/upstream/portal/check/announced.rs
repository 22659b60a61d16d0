//! What the metadata announces about scopes, PKCE and the issuer in responses.

use super::finding::Finding;
use crate::check::CheckName;
use crate::config::Portal;
use crate::upstream::portal::metadata::ProviderMetadata;

pub(super) fn check(portal: &Portal, metadata: &ProviderMetadata) -> [Finding; 3] {
    [
        scopes(portal, metadata),
        pkce(metadata),
        response_issuer(metadata),
    ]
}

/// A provider may leave scopes out of its list (OpenID Connect Discovery 1.0, section 3).
fn scopes(portal: &Portal, metadata: &ProviderMetadata) -> Finding {
    let Some(supported) = &metadata.scopes else {
        return Finding::noted(
            CheckName::Scopes,
            format!(
                "The metadata lists no scopes. Requested: {}.",
                portal.scopes.join(" ")
            ),
        );
    };
    let is_missing = |scope: &&String| !supported.contains(scope);
    let missing: Vec<&str> = portal
        .scopes
        .iter()
        .filter(is_missing)
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        return Finding::noted(
            CheckName::Scopes,
            format!("Requested and supported: {}.", portal.scopes.join(" ")),
        );
    }
    Finding::open(
        CheckName::Scopes,
        format!("The metadata does not list {}.", missing.join(" ")),
        "If the portal refuses them, remove them from `portal_scopes`, or let the client have them.",
    )
}

fn pkce(metadata: &ProviderMetadata) -> Finding {
    match metadata.accepts_s256() {
        None => Finding::noted(
            CheckName::Pkce,
            "The metadata does not announce PKCE. The connector sends S256 anyway, and a portal that does not know it ignores it.",
        ),
        Some(true) => Finding::noted(CheckName::Pkce, "The portal supports S256."),
        Some(false) => Finding::failed(
            CheckName::Pkce,
            "The metadata announces PKCE without the method S256, which the connector uses.",
            "Enable PKCE with S256 for this client at the portal.",
        ),
    }
}

/// RFC 9207, section 3.
fn response_issuer(metadata: &ProviderMetadata) -> Finding {
    let note = if metadata.announces_issuer {
        "The portal names itself in each response (RFC 9207), and the connector checks it."
    } else {
        "The portal does not announce that it names itself in responses (RFC 9207). It need not."
    };
    Finding::noted(CheckName::ResponseIssuer, note)
}
