//! Credits: lots that expire, movements, and what things cost.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{ApiError, Code};
use crate::time::{HOUR, MINUTE, Time};
use crate::workspace::{Workspace, part};

/// How long after a price change an order counts as prepared before it.
const OUTDATED_MS: i64 = 5 * MINUTE;
/// Orders that a workspace may place and publish together in a rolling hour.
const CAPACITY_PER_HOUR: usize = 500;

/// The credits of a workspace.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Ledger {
    /// Credits that came together and expire together, in the order in which they are spent: the earliest expiry first.
    pub(crate) lots: Vec<Lot>,
    /// Movements, the oldest first.
    pub(crate) transactions: Vec<Transaction>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Lot {
    pub(crate) amount: i64,
    pub(crate) expires_at: Option<Time>,
    pub(crate) source: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) r#type: String,
    pub(crate) description: String,
    pub(crate) created_at: Time,
}

part!(Ledger, "credits");

/// Standard prices in credits. A test control changes those of a workspace.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Prices {
    pub(crate) account_creation: i64,
    pub(crate) video_slot: i64,
    pub(crate) edit_slot: i64,
    pub(crate) warming_target: i64,
    pub(crate) changed_at: Option<Time>,
}

part!(Prices, "prices");

impl Default for Prices {
    fn default() -> Self {
        Self {
            account_creation: 32,
            video_slot: 2,
            edit_slot: 3,
            warming_target: 5,
            changed_at: None,
        }
    }
}

impl Prices {
    /// Refuses an order that follows a price change closely, because it was prepared before.
    pub(crate) fn refuse_outdated(&self, now: Time) -> Result<(), ApiError> {
        match self.changed_at {
            Some(at) if (at..at + OUTDATED_MS).contains(&now) => Err(ApiError::new(
                Code::BundlePricingChanged,
                "The prices changed since the order was prepared. Nothing was charged. Read GET /credit-costs and send \
                 the order with a new Idempotency-Key.",
            )),
            _ => Ok(()),
        }
    }
}

/// When orders were placed and published, the oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Capacity(Vec<Time>);

part!(Capacity, "capacity");

/// Uses capacity for so many orders, all or nothing.
pub(crate) fn take_capacity(workspace: &mut Workspace, orders: usize) -> Result<(), ApiError> {
    let now = workspace.now;
    let Capacity(used) = workspace.part_mut();
    // A test control can set the clock back.
    used.retain(|at| *at > now - HOUR && *at <= now);
    let surplus = (used.len() + orders).saturating_sub(CAPACITY_PER_HOUR);
    if surplus > 0 {
        // Enough is free once the oldest uses are an hour old.
        let last = used.get(surplus - 1).or(used.last());
        let wait = last.map_or(HOUR, |at| *at + HOUR - now) / 1000;
        let message = "The order capacity of this workspace is used up for now.";
        return Err(ApiError::new(Code::CapacityCooldown, message).retry_after(wait.max(1)));
    }
    used.extend(std::iter::repeat_n(now, orders));
    Ok(())
}

/// What something costs, item by item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cost(Vec<(&'static str, i64)>);

impl Cost {
    /// The four items that every order names.
    pub(crate) fn order() -> Self {
        let items = "account_creation video_slots edit_slots advanced_warming";
        Self(items.split(' ').map(|item| (item, 0)).collect())
    }

    /// Adds credits for an item.
    #[must_use]
    pub(crate) fn plus(mut self, item: &'static str, credits: i64) -> Self {
        match self.0.iter_mut().find(|(name, _)| *name == item) {
            Some((_, sum)) => *sum = sum.saturating_add(credits),
            None => self.0.push((item, credits)),
        }
        self
    }

    /// The same so many times.
    #[must_use]
    pub(crate) fn times(mut self, count: i64) -> Self {
        for (_, credits) in &mut self.0 {
            *credits = credits.saturating_mul(count);
        }
        self
    }

    pub(crate) fn total(&self) -> i64 {
        let credits = self.0.iter().map(|(_, credits)| *credits);
        credits.fold(0, i64::saturating_add)
    }

    /// `cost_breakdown` of an answer.
    pub(crate) fn to_json(&self) -> Value {
        let items = self.0.iter().copied().chain([("total", self.total())]);
        let items = items.map(|(name, credits)| (name.to_owned(), json!(credits)));
        Value::Object(items.collect())
    }
}

/// Credits left.
pub(crate) fn balance(workspace: &Workspace) -> i64 {
    let ledger = workspace.part::<Ledger>();
    ledger.lots.iter().map(|lot| lot.amount).sum()
}

/// Takes credits, all or nothing, and returns the cost.
pub(crate) fn charge(workspace: &mut Workspace, cost: Cost, text: &str) -> Result<Cost, ApiError> {
    afford(workspace, &cost)?;
    let required = cost.total();
    if required > 0 {
        let mut open = required;
        let ledger = workspace.part_mut::<Ledger>();
        for lot in &mut ledger.lots {
            let part = open.min(lot.amount);
            lot.amount -= part;
            open -= part;
        }
        ledger.lots.retain(|lot| lot.amount > 0);
        note(workspace, -required, "debit", text);
    }
    Ok(cost)
}

/// Refuses a cost that the credits do not cover.
pub(crate) fn afford(workspace: &Workspace, cost: &Cost) -> Result<(), ApiError> {
    let (required, available) = (cost.total(), balance(workspace));
    if required > available {
        let message =
            format!("This costs {required} credits and {available} are left. Nothing was charged.");
        let error = ApiError::new(Code::InsufficientCredits, message);
        let error = error.short_of(required, available);
        return Err(error.with("breakdown", cost.to_json()));
    }
    Ok(())
}

/// Adds credits.
pub(crate) fn grant(
    workspace: &mut Workspace,
    amount: i64,
    expires_at: Option<Time>,
    source: &str,
) {
    let lots = &mut workspace.part_mut::<Ledger>().lots;
    lots.push(Lot {
        amount,
        expires_at,
        source: source.to_owned(),
    });
    lots.sort_by_key(|lot| lot.expires_at.unwrap_or(Time(i64::MAX)));
    note(workspace, amount, "credit", source);
}

/// Notes a debit that was given back at once. The lots stay as they are, so that no credit loses its expiry.
pub(crate) fn note_refund(workspace: &mut Workspace, amount: i64, debit: &str, refund: &str) {
    if amount > 0 {
        note(workspace, -amount, "debit", debit);
        note(workspace, amount, "credit", refund);
    }
}

/// Sets the balance, for a test control.
pub(crate) fn set_balance(workspace: &mut Workspace, amount: i64) {
    let change = amount - balance(workspace);
    let lot = Lot {
        amount,
        expires_at: None,
        source: "Test control".to_owned(),
    };
    workspace.part_mut::<Ledger>().lots = vec![lot];
    let text = "Balance set by a test control";
    note(workspace, change, "adjustment", text);
}

/// When credits expire next.
pub(crate) fn next_due(workspace: &Workspace) -> Option<Time> {
    let ledger = workspace.part::<Ledger>();
    ledger.lots.iter().filter_map(|lot| lot.expires_at).min()
}

/// Lets credits expire that are due.
pub(crate) fn advance(workspace: &mut Workspace) {
    let now = workspace.now;
    let lots = &mut workspace.part_mut::<Ledger>().lots;
    let expired = lots.extract_if(.., |lot| lot.expires_at.is_some_and(|at| at <= now));
    for lot in expired.collect::<Vec<_>>() {
        let text = format!("Expired: {}", lot.source);
        note(workspace, -lot.amount, "expiration", &text);
    }
}

fn note(workspace: &mut Workspace, amount: i64, kind: &str, description: &str) {
    let transaction = Transaction {
        id: workspace.new_id(),
        amount,
        r#type: kind.to_owned(),
        description: description.to_owned(),
        created_at: workspace.now,
    };
    let ledger = workspace.part_mut::<Ledger>();
    ledger.transactions.push(transaction);
}
