//! From the person's approval to the code: mints a key at the portal, or seals the key that the person pasted.

use super::consent::ConsentRequest;
use super::error::AuthorizationError;
use super::replacement;
use crate::access::level::AccessLevel;
use crate::access::{access_token, scope};
use crate::app::Context;
use crate::config::SignIn;
use crate::event::{Event, RevocationReason};
use crate::host::Host;
use crate::ledger::single_use::{self, Reservation, ReservationError, reserve};
use crate::oauth::client::display_name;
use crate::oauth::code::{self, AccessToken};
use crate::oauth::transaction::{Decision, Transaction, TransactionError};
use crate::pages::problems;
use crate::pages::reply::Refusal;
use crate::sealing::seal::Sealer;
use crate::secret::{ApiKey, Secret};
use crate::upstream::portal::keys;
use crate::upstream::portal::keys::mint::{MintError, MintRequest};

// A code that is still good must not lead to a key that is not.
const _: () = assert!(keys::mint::LIFETIME.as_secs() >= crate::ledger::LIFETIME + 60);

/// What the sign-in at the portal gave.
pub(super) struct PortalSession<'a> {
    pub(super) access_token: &'a Secret,
    pub(super) id_token: &'a Secret,
}

/// Why an approval led to no code.
pub(super) enum ApprovalError {
    /// A page says what the person can do.
    Page(Refusal),
    /// The person can do nothing here, so the app is told.
    App(AuthorizationError),
}

impl From<Refusal> for ApprovalError {
    fn from(refusal: Refusal) -> Self {
        Self::Page(refusal)
    }
}

/// Mints a key, issues the code for it, and deletes the keys that it replaces.
pub(super) async fn mint<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    session: &PortalSession<'_>,
    level: AccessLevel,
    replaced: &[String],
) -> Result<Secret, ApprovalError> {
    let SignIn::Portal(portal) = &context.config.sign_in else {
        let cause = "this connector no longer has a portal";
        return Err(Refusal::new(problems::unexpected(), cause).into());
    };
    let transaction = &request.transaction;
    let reservation = take_single_use(context, transaction, Decision::Authorized).await?;
    let authorization_request = &transaction.authorization_request;
    let wanted = MintRequest {
        access_token: session.access_token,
        id_token: session.id_token,
        approval: &transaction.browser.id,
        name: &display_name::of_key(&authorization_request.name),
        scope: level.key_scope(),
    };
    let mint = || keys::mint::mint(context, portal, &wanted);
    let (mut minted, mut replaced) = (mint().await, replaced);
    if let (Err(MintError::LimitReached), Some((first, rest))) = (&minted, replaced.split_first()) {
        // One of the keys makes room for the one that replaces them.
        let first = std::slice::from_ref(first);
        replacement::delete(context, portal, session.access_token, first).await;
        (minted, replaced) = (mint().await, rest);
    }
    let minted = match minted {
        Ok(minted) => minted,
        Err(error) => {
            reservation.release(context.host).await;
            return Err(not_minted(context, error));
        }
    };
    let code = code::issue(
        context,
        sealer,
        reservation,
        authorization_request,
        AccessToken::Minted(&minted.key),
        scope::of_level(level),
    );
    match code.await {
        Ok(code) => {
            // An attempt whose answer was lost may have made this key, and the page then offered to replace it.
            let others = replaced.iter().filter(|id| Some(*id) != minted.id.as_ref());
            let others: Vec<String> = others.cloned().collect();
            replacement::delete(context, portal, session.access_token, &others).await;
            Ok(code)
        }
        Err(error) => {
            // Without a code no client can get the key, so it must not stay valid.
            keys::end(context, &minted.key, RevocationReason::CodeNotIssued).await;
            Err(ApprovalError::Page(error.into()))
        }
    }
}

/// What follows when the portal mints no key. A full account and an outage are told on a page, because the person can
/// send the form again.
fn not_minted<H: Host>(context: &Context<'_, H>, error: MintError) -> ApprovalError {
    match error {
        MintError::LimitReached => ApprovalError::Page(Refusal::new(
            problems::key_limit_reached(),
            "the person has as many keys as the portal allows",
        )),
        MintError::Down(cause) => ApprovalError::Page(Refusal::new(problems::portal_down(), cause)),
        MintError::Refused { cause, fix } => {
            context.log(&Event::KeyMintFailed { cause, fix });
            ApprovalError::App(AuthorizationError::NO_KEY)
        }
    }
}

/// Seals the pasted key into a token and issues the code for it.
pub(super) async fn seal_key<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    key: &ApiKey,
    level: AccessLevel,
) -> Result<Secret, Refusal> {
    let transaction = &request.transaction;
    let reservation = take_single_use(context, transaction, Decision::Authorized).await?;
    let authorization_request = &transaction.authorization_request;
    let grant = access_token::Grant {
        key,
        level,
        resource: &context.config.resource,
        narrowing: authorization_request.resource,
        client: &authorization_request.client,
    };
    let sealed = access_token::issue(context.host, sealer, &grant);
    let token = AccessToken::Sealed(&sealed);
    let scope = scope::of_level(level);
    Ok(code::issue(
        context,
        sealer,
        reservation,
        authorization_request,
        token,
        scope,
    )
    .await?)
}

/// Takes the single use of a transaction for a decision. Of all forms of a transaction one decides; the others are told
/// what was decided.
pub(super) async fn take_single_use<H: Host>(
    context: &Context<'_, H>,
    transaction: &Transaction,
    decision: Decision,
) -> Result<Reservation, Refusal> {
    let host = context.host;
    let reservation = match reserve(host, &transaction.browser.id).await {
        Ok(reservation) => reservation,
        Err(ReservationError::AlreadyUsed) => {
            let decided = single_use::decision(host, &transaction.browser.id).await?;
            let decided = decided.as_deref().and_then(Decision::parse);
            let decided = decided.unwrap_or(Decision::Authorized);
            return Err(TransactionError::Decided(decided).into());
        }
        Err(ReservationError::Store(error)) => return Err(error.into()),
    };
    match reservation.record_decision(host, decision.as_str()).await {
        Ok(()) => Ok(reservation),
        Err(error) => {
            reservation.release(host).await;
            Err(error.into())
        }
    }
}
