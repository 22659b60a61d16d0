//! Disclosing the login of a delivered account, or a login code: with consent, charged once, and for good.

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::answer::Answer;
use crate::decisions::{
    PRICE_REVEAL, REVEAL_CONSEQUENCES, REVEAL_POLICY, REVEAL_POLICY_OWNING,
    VERIFICATION_CODE_LIFE_MS,
};
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::credits::{Charge, Cost};
use crate::resources::saved_accounts::SavedAccount;
use crate::resources::{coverage, edit_requests};
use crate::time;
use crate::workspace::Workspace;

/// That the login of an account was disclosed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reveal {
    /// When.
    pub at: i64,
    /// What was charged.
    pub credits: i64,
    /// The terms that a person agreed to; none on an account from before the cutoff.
    pub policy_version: Option<String>,
}

#[derive(Default, Deserialize)]
struct Consent {
    #[serde(default)]
    acknowledge_support_forfeit: bool,
    policy_version: Option<String>,
}

/// What disclosing costs and under which terms. Another price means other terms, because a consent repeats the version
/// only.
struct Terms {
    policy_version: &'static str,
    price: i64,
}

impl Terms {
    const fn of(account: &SavedAccount) -> Self {
        match account.owning_rate {
            Some(price) => Self {
                policy_version: REVEAL_POLICY_OWNING,
                price,
            },
            None => Self {
                policy_version: REVEAL_POLICY,
                price: PRICE_REVEAL,
            },
        }
    }
}

/// `POST /accounts/{id}/reveal-credentials`.
pub fn credentials(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let (account, charge) = disclose(workspace, request, context)?;
    // A dry run has not paid, so it sees no secret.
    let secret = |value: String| (!context.dry_run).then_some(value);
    let data = json!({
        "username": account.username,
        "email": secret(format!("{}@tokmail.example", account.username)),
        "password": secret(password(&account.id)),
    });
    Ok(Answer::ok(data).charged(charge))
}

/// `POST /accounts/{id}/verification-code`: its first use is a reveal.
pub fn verification_code(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let (account, charge) = disclose(workspace, request, context)?;
    let window = context.now / VERIFICATION_CODE_LIFE_MS;
    let data = json!({
        "code": (!context.dry_run).then(|| code(&account.id, window)),
        "received_at": time::timestamp(window * VERIFICATION_CODE_LIFE_MS),
    });
    Ok(Answer::ok(data).charged(charge))
}

/// Asks for consent, or takes it: what comes after the first time is free and changes nothing.
fn disclose(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<(SavedAccount, Charge), ApiError> {
    let consent: Consent = if request.body.is_null() {
        Consent::default()
    } else {
        request.body()?
    };
    let account = workspace.account(request.path("id"))?.clone();
    let free = Cost::default().plus("credential_reveal", 0);
    if account.revealed.is_some() {
        return Ok((account, workspace.charge(context, free, "")?));
    }
    let (cost, policy_version) = if account.is_before_cutoff() {
        (free, None)
    } else {
        let terms = Terms::of(&account);
        check_consent(&terms, &consent)?;
        let cost = Cost::default().plus("credential_reveal", terms.price);
        (cost, Some(terms.policy_version.to_owned()))
    };
    let charge = workspace.charge(context, cost, "Credentials revealed")?;

    let revealed = workspace.account(&account.id)?;
    revealed.revealed = Some(Reveal {
        at: context.now,
        credits: charge.cost.total(),
        policy_version,
    });
    revealed.updated_at = Some(context.now);
    if !account.is_before_cutoff() {
        coverage::end(workspace, &account.id, "credentials_revealed", context.now);
        edit_requests::withdraw(workspace, &account.id, context.now);
    }
    let more = json!({ "credits_charged": charge.cost.total(), "revealed_at": time::timestamp(context.now) });
    workspace.emit_for_account(&account.id, "account.revealed", more);
    Ok((account, charge))
}

fn check_consent(terms: &Terms, consent: &Consent) -> Result<(), ApiError> {
    let Some(version) = consent
        .policy_version
        .as_deref()
        .filter(|_| consent.acknowledge_support_forfeit)
    else {
        return Err(ApiError::new(
            Code::RevealConsentRequired,
            "A person has to agree to the terms in details first. Nothing was charged and nothing was disclosed.",
        )
        .with("policy_version", terms.policy_version)
        .with("price", terms.price)
        .with("consequences", Value::from(&REVEAL_CONSEQUENCES[..])));
    };
    if version != terms.policy_version {
        return Err(ApiError::new(
            Code::CredentialRevealQuoteChanged,
            "The terms are not those that were agreed to. Nothing was charged and nothing was disclosed.",
        )
        .with("policy_version", terms.policy_version)
        .with("expected_credit_cost", terms.price));
    }
    Ok(())
}

/// 16 characters that stay the same for an account.
fn password(account_id: &str) -> String {
    let digest = Sha256::digest(format!("password/{account_id}").as_bytes());
    BASE32_NOPAD.encode(&digest[..10]).to_ascii_lowercase()
}

/// Six digits that change with every window of time.
fn code(account_id: &str, window: i64) -> String {
    let digest = Sha256::digest(format!("code/{account_id}/{window}").as_bytes());
    let number = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    format!("{:06}", number % 1_000_000)
}
