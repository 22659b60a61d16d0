//! Whether this host allows requests to every server.

use super::asking::{Asking, Server};
use super::finding::Finding;
use crate::check::CheckName;
use crate::host::Host;

/// The variable of the manifest that allows requests to a server, and what the server is called.
fn names(server: Server) -> Option<(&'static str, &'static str)> {
    Some(match server {
        Server::Issuer => ("portal_origin", "the issuer"),
        Server::Token => ("portal_token_origin", "the token endpoint"),
        Server::Userinfo => ("portal_userinfo_origin", "the userinfo endpoint"),
        Server::Keyset => ("portal_jwks_origin", "the signing keys"),
        Server::KeysApi => ("portal_keys_origin", "the keys API"),
        Server::Api => ("api_base_url", "the API"),
        // Only the person's browser goes there.
        Server::Authorization => return None,
    })
}

/// Call this when every request was made.
pub(super) fn check<H: Host>(asking: &Asking<'_, H>) -> Finding {
    let mut refused = asking.refused.borrow().clone();
    refused.dedup();
    let refused: Vec<_> = refused
        .iter()
        .filter_map(|(server, origin)| names(*server).map(|names| (names, origin)))
        .collect();
    if refused.is_empty() {
        return Finding::passed(CheckName::Origins);
    }
    let problems = refused
        .iter()
        .map(|((_, server), origin)| format!("{origin} ({server})"));
    let fixes = refused
        .iter()
        .map(|((variable, _), origin)| format!("`{variable}` to {origin}"));
    Finding::failed(
        CheckName::Origins,
        format!("This host does not allow requests to {}.", list(problems)),
        format!(
            "Set {}, or add the origin to `allowed_outbound_hosts` in the manifest; allow its network if it is private.",
            list(fixes)
        ),
    )
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}
