//! Whether the store keeps what is written. A sign-in begins with a note in the store (`ledger::deployment`), and every
//! later step looks for it. A store that forgets could not make a code single-use, so no key is minted then.

use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::ledger::deployment;
use crate::pages::problems;
use crate::pages::reply::Refusal;
use http::{HeaderMap, header};

/// Refuses the request of a browser if the store has lost the note. Without a cookie the request belongs to no sign-in,
/// and is refused in any case.
pub(super) async fn check<H: Host>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
) -> Result<(), Refusal> {
    if !headers.contains_key(header::COOKIE) || deployment::is_noted(context.host).await? {
        return Ok(());
    }
    context.log(&Event::StoreForgets);
    Err(Refusal::new(
        problems::store_forgets(),
        "the key-value store has lost the row that the start of the sign-in wrote",
    ))
}
