//! Revealing the login of a delivered account, or a login code: with consent, charged once, for good.

use serde_json::json;

use super::account::{Account, emit};
use super::work;
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code};
use crate::ids::hash;
use crate::ledger::{self, Cost};
use crate::time::{MINUTE, Time};
use crate::workspace::Workspace;

const PRICE: i64 = 150;
const POLICY: &str = "managed-credential-reveal-v1";
const CONSEQUENCES: [&str; 4] = [
    "Final and non-refundable.",
    "The account is detached from TokPortal and becomes read-only here.",
    "Coverage, scheduled tasks and analytics updates end.",
    "Support, ban protection, replacement and refunds end.",
];
/// How long a login code is the latest one.
const CODE_LIFE: i64 = 10 * MINUTE;

/// `POST /accounts/{id}/reveal-credentials`.
pub(crate) fn credentials(workspace: &mut Workspace, call: &Call) -> Reply {
    let (account, cost) = reveal(workspace, call)?;
    // A dry run has not paid, so it sees no secret.
    let secret = |text: String| (!call.dry_run).then_some(text);
    let login = json!({
        "username": account.username,
        "email": secret(format!("{}@tokmail.example", account.username)),
        "password": secret(hash(&format!("password/{}", account.id))[..16].to_owned()),
    });
    Ok(Answer::data(login).costing(cost))
}

/// `POST /accounts/{id}/verification-code`: its first use is a reveal.
pub(crate) fn verification_code(workspace: &mut Workspace, call: &Call) -> Reply {
    let (account, cost) = reveal(workspace, call)?;
    let received_at = Time(call.now.0 - call.now.0.rem_euclid(CODE_LIFE));
    let digits = hash(&format!("code/{}/{}", account.id, received_at.0));
    let number = u32::from_str_radix(&digits[..8], 16).unwrap_or_default() % 1_000_000;
    let code = (!call.dry_run).then(|| format!("{number:06}"));
    let login = json!({ "code": code, "received_at": received_at });
    Ok(Answer::data(login).costing(cost))
}

/// Asks for consent or takes it. What follows the first reveal is free and changes nothing.
fn reveal(workspace: &mut Workspace, call: &Call) -> Result<(Account, Cost), ApiError> {
    let account = workspace.find::<Account>(call.id())?;
    let price = match account.revealed_at {
        None if account.coverage.is_some() => agreed_price(&account, call)?,
        _ => 0,
    };
    let cost = Cost::default().plus("credential_reveal", price);
    let cost = ledger::charge(workspace, cost, "Credentials revealed")?;
    if account.revealed_at.is_none() {
        let stored = workspace.find_mut::<Account>(&account.id)?;
        stored.revealed_at = Some(call.now);
        stored.updated_at = call.now;
        // An account from before the pricing cutoff stays, with its tasks.
        if account.coverage.is_some() {
            work::end(workspace, &account.id);
        }
        let more = json!({ "credits_charged": price, "revealed_at": call.now });
        emit(workspace, &account.id, "account.revealed", more);
    }
    Ok((account, cost))
}

/// What a reveal costs, if the consent is to the present terms. A consent repeats the version but not the price, so an
/// approved Account Owning rate has a version of its own.
fn agreed_price(account: &Account, call: &Call) -> Result<i64, ApiError> {
    let (policy, price) = match account.owning_rate {
        Some(rate) => (format!("{POLICY}-owning-{rate}"), rate),
        None => (POLICY.to_owned(), PRICE),
    };
    let agreed = call.body["acknowledge_support_forfeit"] == true;
    let code = match call.field("policy_version").filter(|_| agreed) {
        Some(version) if version == policy => return Ok(price),
        Some(_) => Code::CredentialRevealQuoteChanged,
        None => Code::RevealConsentRequired,
    };
    let message = "A person has to agree to the terms in details first. Nothing was charged.";
    Err(ApiError::new(code, message)
        .with("policy_version", policy)
        .with("price", price)
        .with("expected_credit_cost", price)
        .with("consequences", json!(CONSEQUENCES)))
}
