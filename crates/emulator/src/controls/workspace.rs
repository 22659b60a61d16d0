//! Controls of one workspace: its balance, its prices, its accounts, and scenarios in place of all it has.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::outcome::{Control, Outcome, body};
use super::state::state;
use crate::api::accounts::Account;
use crate::api::accounts::bans::{self, Ban};
use crate::demo::{self, Scenario};
use crate::host::Host;
use crate::ledger::{self, Prices};
use crate::people::{PEOPLE, Person, by_id};
use crate::store::settings;
use crate::workspaces;

pub(super) fn person(id: Option<&str>) -> Result<&'static Person, Control> {
    let person = id.map_or(Some(&PEOPLE[0]), by_id);
    person.map_or_else(|| Control::refuse("person is the id of a demo person."), Ok)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credits {
    person: Option<String>,
    balance: i64,
}

pub(super) async fn set_credits(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Credits = body(raw)?;
    let person = person(wanted.person.as_deref())?;
    if !(0..=1_000_000_000).contains(&wanted.balance) {
        return Control::refuse("balance is 0 to 1000000000.");
    }
    workspaces::change(host, person.id, |workspace| {
        ledger::set_balance(workspace, wanted.balance);
        Ok::<(), Control>(())
    })
    .await?;
    state(host).await
}

#[derive(Deserialize)]
struct NewPrices {
    person: Option<String>,
    #[serde(flatten)]
    prices: BTreeMap<String, i64>,
}

/// Changes prices. Orders that follow closely are refused, since they were prepared before.
pub(super) async fn set_prices(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: NewPrices = body(raw)?;
    let person = person(wanted.person.as_deref())?;
    let known = json!(Prices::default());
    let fits =
        |(name, price): (&String, &i64)| known[name].is_i64() && (0..=10_000).contains(price);
    if !wanted.prices.iter().all(fits) {
        return Control::refuse("A price has the name of one of the workspace and is 0 to 10000.");
    }
    let changed = workspaces::change(host, person.id, |workspace| {
        let mut prices = json!(*workspace.part::<Prices>());
        for (name, price) in &wanted.prices {
            prices[name] = json!(price);
        }
        prices["changed_at"] = json!(workspace.now);
        *workspace.part_mut::<Prices>() =
            serde_json::from_value(prices).expect("it has its members");
        Ok::<_, Control>(json!({ "prices": *workspace.part::<Prices>() }))
    });
    Ok(changed.await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    person: Option<String>,
    account_id: String,
    /// Reports a ban.
    ban: Option<bans::Report>,
    /// Credits for a reveal, under terms of their own.
    owning_rate: Option<i64>,
}

pub(super) async fn change_account(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: AccountChange = body(raw)?;
    let person = person(wanted.person.as_deref())?;
    if wanted.owning_rate.is_some_and(|rate| rate < 0) {
        return Control::refuse("owning_rate is 0 or more.");
    }
    let changed = workspaces::change(host, person.id, |workspace| {
        let Ok(account) = workspace.find_mut::<Account>(&wanted.account_id) else {
            return Err(Control::Refused(
                404,
                "This person has no such delivered account.".to_owned(),
            ));
        };
        account.owning_rate = wanted.owning_rate.or(account.owning_rate);
        let id = account.id.clone();
        if let Some(report) = &wanted.ban {
            bans::report(workspace, &id, report);
        }
        let bans = workspace.all::<Ban>();
        let bans: Vec<_> = bans.iter().filter(|ban| ban.account_id == id).collect();
        Ok(json!({ "account_id": id, "bans": bans }))
    });
    Ok(changed.await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    person: Option<String>,
    scenario: Scenario,
}

/// Replaces a workspace; keys, the clock and other workspaces stay.
pub(super) async fn seed(host: &impl Host, raw: &Bytes) -> Outcome {
    let wanted: Seed = body(raw)?;
    let person = person(wanted.person.as_deref())?;
    let now = settings::load(host).await?.now(host);
    workspaces::replace(host, &demo::scene(wanted.scenario, person, now)).await?;
    state(host).await
}
