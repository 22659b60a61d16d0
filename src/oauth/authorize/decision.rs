//! `POST /connect/consent` and `POST /connect/sign-in`: the person's decision. Codes are issued only here.

use super::consent::{self, ConsentRequest, KeySource};
use super::error::AuthorizationError;
use super::hand_over::back_to_app;
use super::{kept, pasted_key, replacement, response};
use crate::access::level::AccessLevel;
use crate::access::{access_token, scope};
use crate::app::Context;
use crate::config::SignIn;
use crate::event::{Event, RevocationReason};
use crate::host::{Host, IncomingBody};
use crate::ledger::single_use::{Reservation, ReservationError, reserve};
use crate::oauth::client::display_name;
use crate::oauth::code::{self, AccessToken};
use crate::oauth::transaction::{Decision, TransactionError};
use crate::pages::reply::{Refusal, with_cookie};
use crate::pages::{Completion, problems};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::Sealer;
use crate::secret::{ApiKey, Secret};
use crate::upstream::limits::FOREGROUND;
use crate::upstream::portal::keys::{self, MintError};
use crate::web::form::{self, Parameters};
use crate::web::reply::Reply;
use http::{HeaderMap, header};

/// The largest form, in bytes. The sealed request has a redirect URI, a state and the portal's access token.
const MAX_BODY: usize = 64 * 1024;

/// Answers the consent form.
pub(crate) async fn decide<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    body: B,
) -> Result<Reply, Refusal> {
    let (host, config) = (context.host, context.config);
    if !is_same_origin(headers, &config.public_url) {
        return Err(Refusal::new(
            problems::foreign_form(),
            "the form came from another origin",
        ));
    }
    kept::check(context, headers).await?;
    let malformed = |cause: &str| Refusal::new(problems::malformed_request(), cause);
    let body = form::read(headers, body, MAX_BODY)
        .await
        .map_err(|_| malformed("the form cannot be read"))?;
    let parameters = Parameters::parse(&body);
    let field = |name| {
        parameters
            .one(name)
            .map_err(|_| malformed("a field is repeated"))
    };
    let sealer = sealer(context).await?;
    let request = ConsentRequest::open(&sealer, field("request")?.unwrap_or_default())?;
    request.transaction.check(host, config, headers)?;
    let authorization_request = &request.transaction.authorization_request;
    let back = |location: &str, decision, completion| {
        let reply = back_to_app(context, authorization_request, location, completion);
        let cookies = request.transaction.deleted_cookies(config, headers);
        let reply = cookies
            .iter()
            .fold(reply, |reply, cookie| with_cookie(reply, cookie));
        let cookie = request.transaction.decided_cookie(config, decision);
        with_cookie(reply, &cookie)
    };
    // A button names a level, which the approval never exceeds.
    let named = match field("decision")? {
        Some("cancel") => {
            let location =
                AuthorizationError::ACCESS_DENIED.location_for(config, authorization_request);
            return Ok(back(&location, Decision::Cancelled, Completion::Cancelled));
        }
        Some("authorize" | "authorize-full") => AccessLevel::Full,
        Some("authorize-read") => AccessLevel::Read,
        _ => return Err(malformed("the form has no decision")),
    };
    let level = match field("level")? {
        // The page offers no other level for a read-only resource.
        Some("read" | "full") if authorization_request.is_read_only() => AccessLevel::Read,
        Some("read") => AccessLevel::Read,
        Some("full") => named,
        _ => return Err(malformed("the form has no level")),
    };
    let (code, completion) = match &request.key_source {
        KeySource::Portal { access_token, .. } => {
            let replaced =
                replacement::accepted(&sealer, &request.transaction, field("replace")?, level)
                    .ok_or_else(|| {
                        malformed("the keys to replace were not offered for this request")
                    })?;
            let code = mint(context, &sealer, &request, access_token, level, &replaced);
            (code.await?, Completion::Minted)
        }
        KeySource::PastedKey => match pasted_key::check(context, field("api_key")?).await {
            Ok(key) => (
                seal_key(context, &sealer, &request, &key, level).await?,
                Completion::Pasted,
            ),
            // The transaction is not used up, so the person may send the same form again.
            Err(problem) => {
                let page = consent::page_again(context, &sealer, &request, level, &problem);
                return Ok(page.await);
            }
        },
    };
    let location = response::location(
        config,
        &authorization_request.redirect_uri,
        authorization_request.state.as_deref(),
        &[("code", code.expose())],
    );
    Ok(back(&location, Decision::Authorized, completion))
}

/// Mints a key, issues the code for it, and deletes the keys that it replaces.
async fn mint<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    access_token: &Secret,
    level: AccessLevel,
    replaced: &[String],
) -> Result<Secret, Refusal> {
    let SignIn::Portal(portal) = &context.config.sign_in else {
        return Err(Refusal::new(
            problems::unexpected(),
            "this connector no longer has a portal",
        ));
    };
    let reservation = take_single_use(context, request).await?;
    let authorization_request = &request.transaction.authorization_request;
    let name = display_name::of_key(&authorization_request.name);
    let mint = || keys::mint(context, portal, access_token, &name, level.key_scope());
    let (mut minted, mut replaced) = (mint().await, replaced);
    if let (Err(MintError::LimitReached), Some((first, rest))) = (&minted, replaced.split_first()) {
        // One of the keys makes room for the one that replaces them.
        replacement::delete(context, portal, access_token, std::slice::from_ref(first)).await;
        (minted, replaced) = (mint().await, rest);
    }
    let key = match minted {
        Ok(key) => key,
        Err(error) => {
            reservation.release(context.host).await;
            return Err(mint_refusal(error));
        }
    };
    let token = AccessToken::Minted(&key);
    let scope = scope::of_level(level);
    let issued = code::issue(
        context,
        sealer,
        reservation,
        authorization_request,
        token,
        scope,
    )
    .await;
    match issued {
        Ok(code) => {
            replacement::delete(context, portal, access_token, replaced).await;
            Ok(code)
        }
        Err(error) => {
            // Without a code no client can get the key, so it must not stay valid.
            if let Err(cause) = keys::revoke(context, &key, &FOREGROUND).await {
                context.log(&Event::RevocationFailed {
                    reason: RevocationReason::CodeNotIssued,
                    cause,
                });
            }
            Err(error.into())
        }
    }
}

fn mint_refusal(error: MintError) -> Refusal {
    match error {
        MintError::LimitReached => Refusal::new(
            problems::key_limit_reached(),
            "the person has as many keys as the portal allows",
        ),
        MintError::SignedOut => Refusal::new(
            problems::expired_request(),
            "the portal's access token has expired",
        ),
        MintError::Down(cause) => Refusal::new(problems::portal_down(), cause),
        MintError::Unexpected(cause) => Refusal::new(problems::unexpected(), cause),
    }
}

/// Seals the pasted key into a token and issues the code for it.
async fn seal_key<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: &ConsentRequest,
    key: &ApiKey,
    level: AccessLevel,
) -> Result<Secret, Refusal> {
    let reservation = take_single_use(context, request).await?;
    let authorization_request = &request.transaction.authorization_request;
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

async fn take_single_use<H: Host>(
    context: &Context<'_, H>,
    request: &ConsentRequest,
) -> Result<Reservation, Refusal> {
    let reserved = reserve(context.host, &request.transaction.id).await;
    reserved.map_err(|error| match error {
        ReservationError::AlreadyUsed => TransactionError::Decided(Decision::Authorized).into(),
        ReservationError::Store(error) => error.into(),
    })
}

/// Whether the headers are consistent with a form sent from the connector's own page. The pages set `no-referrer`, and
/// browsers then send `Origin: null` even to the same origin (Fetch Standard, section 3.1), so `null` is accepted. A
/// page of another site cannot have both the cookie and the sealed request.
fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site");
    let origin = text(header::ORIGIN.as_str());
    site.is_none_or(|site| site == "same-origin")
        && origin.is_none_or(|origin| origin == public_url || origin == "null")
}
