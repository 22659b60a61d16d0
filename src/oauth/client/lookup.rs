//! Lookup of clients by id.

use super::identity::Client;
use super::{metadata_document, registered};
use crate::app::Context;
use crate::host::Host;
use crate::sealing::seal::Sealer;

/// The client with this id; `None` if the id is unknown, malformed or no longer valid.
pub(crate) async fn find<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    id: &str,
) -> Option<Client> {
    if id.starts_with(registered::PREFIX) {
        registered::open(sealer, id)
    } else {
        metadata_document::find(context, id).await
    }
}
