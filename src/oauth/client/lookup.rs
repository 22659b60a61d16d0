//! Lookup of clients by id.

use super::identity::Client;
use super::metadata_document::{self, DocumentError};
use super::registered;
use crate::app::Context;
use crate::host::Host;
use crate::sealing::seal::Sealer;

/// The client with this id.
///
/// # Errors
/// [`DocumentError::Unknown`] if the id is unknown, malformed or no longer valid, otherwise why its metadata document
/// cannot be used.
pub(crate) async fn find<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    id: &str,
) -> Result<Client, DocumentError> {
    if id.starts_with(registered::PREFIX) {
        registered::open(sealer, id).ok_or(DocumentError::Unknown)
    } else {
        metadata_document::find(context, id).await
    }
}
