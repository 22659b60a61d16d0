//! Asks for the metadata of the provider.

use super::asking::{Asking, Server};
use super::finding::{Finding, sentence};
use crate::check::CheckName;
use crate::config::Portal;
use crate::host::Host;
use crate::upstream::portal::fault::ProviderError;
use crate::upstream::portal::metadata::{self, ProviderMetadata};
use crate::upstream::request::anonymous;

const NAME: CheckName = CheckName::Discovery;
const FIX: &str = "Check `portal_issuer`, the server there, and the network between.";

/// Asks for the metadata.
///
/// # Errors
/// What is wrong with it.
pub(super) async fn check<H: Host>(
    asking: &Asking<'_, H>,
    portal: &Portal,
) -> Result<ProviderMetadata, Box<Finding>> {
    let request = anonymous(&metadata::url(portal));
    let answer = asking.send(Server::Issuer, request).await;
    let read = match &answer {
        Ok(answer) => metadata::read(answer, portal),
        Err(error) => {
            let finding = Finding::unreachable(NAME, "the portal", error, FIX);
            return Err(Box::new(finding));
        }
    };
    read.map_err(|error| Box::new(found_problem(&error)))
}

fn found_problem(error: &ProviderError) -> Finding {
    let fix = error.fix().unwrap_or(FIX);
    Finding::failed(NAME, sentence(error.cause()), fix)
}

/// The metadata can be used.
pub(super) fn found(portal: &Portal) -> Finding {
    Finding::noted(NAME, format!("The issuer is `{}`.", portal.issuer))
}
