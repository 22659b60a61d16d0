//! Replacing the older keys of an app, so that an app that connects again and again does not fill the person's account.
//!
//! The consent page offers it. After an approval, the keys of the granted level are deleted; a key of the other level
//! stays, because a person may connect an app at both levels on purpose. The keys are deleted once the code is issued:
//! only then is it certain that a new key takes their place, and the portal's access token is not kept for longer. An
//! app that never redeems its code thus loses its old key, which the person wanted to be replaced.

use crate::access::level::AccessLevel;
use crate::app::Context;
use crate::config::{Portal, SignIn};
use crate::event::{Event, RevocationReason};
use crate::host::Host;
use crate::oauth::client::display_name;
use crate::oauth::transaction::Transaction;
use crate::sealing::seal::{Purpose, Sealer};
use crate::secret::Secret;
use crate::upstream::portal::older_keys::{self, OlderKey};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long keys are deleted after an approval. The person waits; what is left is offered at the next approval.
const DELETING: Duration = Duration::from_secs(10);

/// The value of the checkbox, sealed: the keys that the page showed.
#[derive(Serialize, Deserialize)]
struct Offer {
    /// Id of the transaction.
    transaction: String,
    /// Id of each key, and whether it only reads.
    keys: Vec<(String, bool)>,
}

/// The older keys of the app that a page can offer to replace.
pub(super) async fn candidates<H: Host>(
    context: &Context<'_, H>,
    transaction: &Transaction,
    access_token: &Secret,
) -> Vec<OlderKey> {
    let SignIn::Portal(portal) = &context.config.sign_in else {
        return Vec::new();
    };
    let request = &transaction.authorization_request;
    let name = display_name::of_key(&request.name);
    let mut keys = older_keys::of_app(context, portal, access_token, &name).await;
    keys.retain(|key| key.reads_only || !request.is_read_only());
    keys
}

/// The value of the checkbox; `None` if there is no key to replace.
pub(super) fn offer<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    transaction: &Transaction,
    keys: &[OlderKey],
) -> Option<String> {
    if keys.is_empty() {
        return None;
    }
    let keys = keys.iter().map(|key| (key.id.clone(), key.reads_only));
    let offer = Offer {
        transaction: transaction.browser.id.clone(),
        keys: keys.collect(),
    };
    Some(sealer.seal(context.host, Purpose::Replacement, &offer))
}

/// The keys that the person replaces: those of the offer that have the granted level. `None` if the offer was not made
/// for this transaction.
pub(super) fn accepted(
    sealer: &Sealer,
    transaction: &Transaction,
    offer: Option<&str>,
    level: AccessLevel,
) -> Option<Vec<String>> {
    let Some(offer) = offer else {
        return Some(Vec::new());
    };
    let offer: Offer = sealer.open(Purpose::Replacement, offer)?;
    if offer.transaction != transaction.browser.id {
        return None;
    }
    let reads_only = level == AccessLevel::Read;
    let of_level = offer
        .keys
        .into_iter()
        .filter(|(_, reads)| *reads == reads_only);
    Some(of_level.map(|(id, _)| id).collect())
}

/// Deletes keys. A failure ends it and is logged: the approval holds without it.
pub(super) async fn delete<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    access_token: &Secret,
    keys: &[String],
) {
    let until = context.host.now().saturating_add(DELETING);
    for id in keys {
        if context.host.now() >= until {
            break;
        }
        if let Err(cause) = older_keys::delete(context, portal, access_token, id).await {
            let reason = RevocationReason::Replaced;
            context.log(&Event::RevocationFailed { reason, cause });
            break;
        }
    }
}
