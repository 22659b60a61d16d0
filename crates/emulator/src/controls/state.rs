//! What a test can see of the state.

use serde_json::json;

use super::outcome::Outcome;
use crate::api::accounts::Account;
use crate::api::orders::bundle::Bundle;
use crate::host::Host;
use crate::ledger;
use crate::people::PEOPLE;
use crate::store::{keys, settings};
use crate::workspaces;

/// Enough to see what a test did.
pub(crate) async fn state(host: &impl Host) -> Outcome {
    let settings = settings::load(host).await?;
    let now = settings.now(host);
    let mut people = Vec::new();
    for person in &PEOPLE {
        let found = workspaces::load(host, person.id).await?;
        let workspace = &found.workspace;
        let keys = keys::list(host, person.id).await?;
        people.push(json!({
            "id": person.id,
            "email": person.email,
            "credits": ledger::balance(workspace),
            "bundles": workspace.all::<Bundle>().len(),
            "accounts": workspace.all::<Account>().len(),
            "live_keys": keys.iter().filter(|key| key.is_live(now)).count(),
            "keys": keys.len(),
            "version": found.version,
        }));
    }
    Ok(json!({
        "now": now,
        "rate_limit": { "size": settings.bucket_size, "refill_per_second": settings.bucket_refill },
        "people": people,
    }))
}
