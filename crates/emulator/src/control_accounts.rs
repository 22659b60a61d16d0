//! `POST /emulator/accounts`: what happens to a delivered account without the API's doing: it is reported as banned, or its
//! owner is granted another rate for disclosing the login.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use crate::controls::{self, Outcome, body, first_person, message};
use crate::host::Host;
use crate::people::by_id;
use crate::resources::ban_course;
use crate::resources::bans::Course;
use crate::store::settings;
use crate::time;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default = "first_person")]
    person: String,
    account_id: String,
    /// Reports a ban that goes this way.
    ban: Option<Course>,
    /// Credits for disclosing the login, under terms of their own.
    owning_rate: Option<i64>,
}

/// Changes an account, and answers with its ban reports.
pub(crate) async fn change(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Change = match body(raw) {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(refusal),
    };
    let Some(person) = by_id(&wanted.person) else {
        return Ok((400, message("person is the id of a demo person.")));
    };
    if wanted.owning_rate.is_some_and(|rate| rate < 0) {
        return Ok((400, message("owning_rate is 0 or more.")));
    }
    let now = settings::load(host).await?.now(host);
    let changed = controls::change(host, person.id, |workspace| {
        workspace.settle(now);
        let Ok(account) = workspace.account(&wanted.account_id) else {
            return Err((404, message("This person has no such delivered account.")));
        };
        if wanted.owning_rate.is_some() {
            account.owning_rate = wanted.owning_rate;
        }
        let id = account.id.clone();
        if let Some(course) = wanted.ban {
            ban_course::report(workspace, &id, now, course);
        }
        let bans: Vec<_> = workspace
                .bans
                .iter()
                .filter(|ban| ban.account_id == id)
                .map(|ban| {
                    json!({ "id": ban.id, "status": ban.status, "reported_at": time::timestamp(ban.reported_at) })
                })
                .collect();
        Ok((200, json!({ "account_id": id, "bans": bans })))
    });
    Ok(changed.await?.unwrap_or_else(|refusal| refusal))
}
