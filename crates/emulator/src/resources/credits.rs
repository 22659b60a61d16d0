//! Credits: lots that expire, movements, prices of orders, and `/credits/*`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::decisions::EXPIRING_SOON_MS;
use crate::error::{ApiError, Code};
use crate::ids::Ids;
use crate::request::{Context, Request};
use crate::time::{self, DAY};
use crate::workspace::Workspace;

/// The credits of a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    lots: Vec<Lot>,
    transactions: Vec<Transaction>,
}

/// Credits that came together and expire together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lot {
    amount: i64,
    expires_at: Option<i64>,
    source: String,
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Transaction {
    id: String,
    amount: i64,
    kind: String,
    description: String,
    created_at: i64,
}

/// What an order costs, item by item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost(Vec<(&'static str, i64)>);

/// What a call cost, or would have cost in a dry run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Item by item.
    pub cost: Cost,
}

impl Cost {
    /// The four items every order names, all 0.
    pub fn order() -> Self {
        Self(vec![
            ("account_creation", 0),
            ("video_slots", 0),
            ("edit_slots", 0),
            ("advanced_warming", 0),
        ])
    }

    /// Adds credits for an item.
    #[must_use]
    pub fn plus(mut self, item: &'static str, credits: i64) -> Self {
        match self.0.iter_mut().find(|(name, _)| *name == item) {
            Some((_, sum)) => *sum = sum.saturating_add(credits),
            None => self.0.push((item, credits)),
        }
        self
    }

    /// The same so many times.
    #[must_use]
    pub fn times(mut self, count: i64) -> Self {
        for (_, credits) in &mut self.0 {
            *credits = credits.saturating_mul(count);
        }
        self
    }

    /// All items together.
    pub fn total(&self) -> i64 {
        self.0
            .iter()
            .fold(0, |sum, (_, credits)| sum.saturating_add(*credits))
    }

    /// `cost_breakdown` of an answer.
    pub fn to_json(&self) -> Value {
        let mut items: serde_json::Map<String, Value> = self
            .0
            .iter()
            .map(|(name, credits)| ((*name).to_owned(), (*credits).into()))
            .collect();
        items.insert("total".to_owned(), self.total().into());
        Value::Object(items)
    }
}

impl Ledger {
    /// Credits left.
    pub fn balance(&self) -> i64 {
        self.lots.iter().map(|lot| lot.amount).sum()
    }

    /// Adds credits.
    pub fn grant(
        &mut self,
        id: String,
        at: i64,
        amount: i64,
        expires_at: Option<i64>,
        source: &str,
    ) {
        self.lots.push(Lot {
            amount,
            expires_at,
            source: source.to_owned(),
        });
        // The lots that expire first are spent first.
        self.lots
            .sort_by_key(|lot| lot.expires_at.unwrap_or(i64::MAX));
        self.note(id, at, amount, "credit", source);
    }

    /// Takes credits away, all or nothing.
    pub fn charge(
        &mut self,
        id: String,
        at: i64,
        cost: Cost,
        description: &str,
    ) -> Result<Charge, ApiError> {
        let (required, available) = (cost.total(), self.balance());
        if required > available {
            return Err(ApiError::new(
                Code::InsufficientCredits,
                format!(
                    "This costs {required} credits and {available} are left. Nothing was charged."
                ),
            )
            .with("required", required)
            .with("available", available)
            .with("missing", required - available)
            .with("breakdown", cost.to_json()));
        }
        let mut open = required;
        for lot in &mut self.lots {
            let part = open.min(lot.amount);
            lot.amount -= part;
            open -= part;
        }
        self.lots.retain(|lot| lot.amount > 0);
        if required > 0 {
            self.note(id, at, -required, "debit", description);
        }
        Ok(Charge { cost })
    }

    /// Sets the balance, for test controls.
    pub fn set_balance(&mut self, id: String, at: i64, amount: i64) {
        let change = amount - self.balance();
        self.lots = vec![Lot {
            amount,
            expires_at: None,
            source: "test control".to_owned(),
        }];
        self.note(
            id,
            at,
            change,
            "adjustment",
            "Balance set by a test control",
        );
    }

    /// Lets expired lots lapse.
    pub fn settle(&mut self, now: i64, ids: &mut Ids, workspace: &str) -> bool {
        let lapsed: Vec<Lot> = self
            .lots
            .extract_if(.., |lot| lot.expires_at.is_some_and(|at| at <= now))
            .collect();
        for lot in &lapsed {
            let at = lot.expires_at.unwrap_or(now);
            self.note(
                ids.next(workspace),
                at,
                -lot.amount,
                "expiration",
                &format!("Expired: {}", lot.source),
            );
        }
        !lapsed.is_empty()
    }

    fn note(&mut self, id: String, at: i64, amount: i64, kind: &str, description: &str) {
        self.transactions.push(Transaction {
            id,
            amount,
            kind: kind.to_owned(),
            description: description.to_owned(),
            created_at: at,
        });
    }
}

impl Workspace {
    /// Takes the credits of an order.
    pub fn charge(
        &mut self,
        context: &Context,
        cost: Cost,
        description: &str,
    ) -> Result<Charge, ApiError> {
        let id = self.new_id(context);
        self.credits.charge(id, context.now, cost, description)
    }
}

/// `GET /credits/balance`.
pub fn balance(
    workspace: &mut Workspace,
    _: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let ledger = &workspace.credits;
    let soon: i64 = ledger
        .lots
        .iter()
        .filter(|lot| {
            lot.expires_at
                .is_some_and(|at| at <= context.now + EXPIRING_SOON_MS)
        })
        .map(|lot| lot.amount)
        .sum();
    let upcoming: Vec<Value> = ledger
        .lots
        .iter()
        .filter_map(|lot| {
            let expires_at = time::timestamp(lot.expires_at?);
            Some(json!({ "amount": lot.amount, "expires_at": expires_at, "source": lot.source }))
        })
        .collect();
    let last_updated = ledger
        .transactions
        .last()
        .map(|transaction| time::timestamp(transaction.created_at));
    Ok(Answer::ok(json!({
        "total_credits": ledger.balance(),
        "expiring_within_7_days": soon,
        "upcoming_expirations": upcoming,
        "last_updated": last_updated,
    })))
}

/// `GET /credits/history`, the latest first.
pub fn history(
    workspace: &mut Workspace,
    request: &Request,
    _: &Context,
) -> Result<Answer, ApiError> {
    let from = request
        .text("date_from")
        .and_then(time::parse_date)
        .unwrap_or(i64::MIN);
    let until = request
        .text("date_to")
        .and_then(time::parse_date)
        .map_or(i64::MAX, |day| day + DAY);
    let rows = workspace
        .credits
        .transactions
        .iter()
        .rev()
        .filter(|transaction| (from..until).contains(&transaction.created_at))
        .map(|transaction| {
            json!({
                "id": transaction.id,
                "amount": transaction.amount,
                "type": transaction.kind,
                "description": transaction.description,
                "created_at": time::timestamp(transaction.created_at),
            })
        })
        .collect();
    Ok(Answer::page(rows, request))
}
