//! The test control for prices.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use crate::controls::{self, Outcome, body, first_person, message};
use crate::host::Host;
use crate::people::by_id;
use crate::resources::prices::Prices;
use crate::store::settings;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default = "first_person")]
    person: String,
    account_creation: Option<i64>,
    video_slot: Option<i64>,
    edit_slot: Option<i64>,
    warming_target: Option<i64>,
}

/// `POST /emulator/prices` with `{"account_creation"?, "video_slot"?, "edit_slot"?, "warming_target"?, "person"?}`:
/// moves prices. Orders that follow within some minutes are refused, since they were prepared before.
pub(crate) async fn change(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Wanted = match body(raw) {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(refusal),
    };
    let asked = [
        wanted.account_creation,
        wanted.video_slot,
        wanted.edit_slot,
        wanted.warming_target,
    ];
    let fits = asked
        .iter()
        .flatten()
        .all(|price| (0..=10_000).contains(price));
    let Some(person) = by_id(&wanted.person).filter(|_| fits) else {
        return Ok((
            400,
            message("person is the id of a demo person and a price is 0 to 10000."),
        ));
    };
    let now = settings::load(host).await?.now(host);
    let moved = controls::change(host, person.id, |workspace| {
        let Prices {
            account_creation,
            video_slot,
            edit_slot,
            warming_target,
            ..
        } = workspace.prices;
        workspace.prices = Prices {
            account_creation: wanted.account_creation.unwrap_or(account_creation),
            video_slot: wanted.video_slot.unwrap_or(video_slot),
            edit_slot: wanted.edit_slot.unwrap_or(edit_slot),
            warming_target: wanted.warming_target.unwrap_or(warming_target),
            changed_at: Some(now),
        };
        Ok((200, json!({ "prices": workspace.prices })))
    });
    Ok(moved.await?.unwrap_or_else(|refusal| refusal))
}
