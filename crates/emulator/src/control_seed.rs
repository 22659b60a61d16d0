//! `POST /emulator/seed`: puts a workspace into a scenario.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use crate::controls::{self, Outcome, body, first_person, message};
use crate::decisions::{COVERAGE_PERIOD_MS, COVERAGE_RENEWAL_WINDOW_MS};
use crate::host::Host;
use crate::people::{Person, by_id};
use crate::resources::ban_course;
use crate::resources::bans::Course;
use crate::seed::first_day;
use crate::store::settings;
use crate::workspace::Workspace;

/// What a workspace can look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Scenario {
    /// As after a reset.
    FirstDay,
    /// Credits and nothing else.
    Empty,
    /// The first day with 3 credits left.
    Poor,
    /// The first day, but Coverage of every account lapsed.
    Lapsed,
    /// The first day, and every account is reported as banned.
    Banned,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default = "first_person")]
    person: String,
    scenario: Scenario,
}

/// Replaces a workspace; keys, the clock and other people's workspaces stay.
pub(crate) async fn seed(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Wanted = match body(raw) {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(refusal),
    };
    let Some(person) = by_id(&wanted.person) else {
        return Ok((400, message("person is the id of a demo person.")));
    };
    let now = settings::load(host).await?.now(host);
    let fresh = scene(wanted.scenario, person, now);
    let answer = json!({
        "person": person.id,
        "credits": fresh.credits.balance(),
        "bundles": fresh.bundles.len(),
        "accounts": fresh.accounts.len(),
    });
    let replaced = controls::change(host, person.id, |workspace| {
        workspace.clone_from(&fresh);
        Ok(())
    });
    Ok(match replaced.await? {
        Ok(()) => (200, answer),
        Err(refusal) => refusal,
    })
}

fn scene(scenario: Scenario, person: &Person, now: i64) -> Workspace {
    if scenario == Scenario::Empty {
        let mut workspace = Workspace::new(person.id);
        let id = workspace.ids.next(person.id);
        workspace
            .credits
            .grant(id, now, person.credits, None, "Credits bought");
        return workspace;
    }
    let mut workspace = first_day(person, now);
    match scenario {
        Scenario::Poor => {
            let id = workspace.ids.next(person.id);
            workspace.credits.set_balance(id, now, 3);
        }
        Scenario::Lapsed => {
            for account in &mut workspace.accounts {
                if let Some(coverage) = &mut account.coverage {
                    let overdue = COVERAGE_RENEWAL_WINDOW_MS + COVERAGE_PERIOD_MS / 10;
                    coverage.period_end = now - overdue;
                }
            }
        }
        Scenario::Banned => {
            workspace.settle(now);
            let ids: Vec<String> = workspace.accounts.iter().map(|a| a.id.clone()).collect();
            for id in ids {
                ban_course::report(&mut workspace, &id, now, Course::default());
            }
        }
        Scenario::FirstDay | Scenario::Empty => {}
    }
    workspace
}
