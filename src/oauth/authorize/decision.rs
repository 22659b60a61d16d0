//! `POST /connect/consent` and `POST /connect/sign-in`: the person's decision. Codes are issued only for it
//! ([`super::approval`]).

use super::approval::{self, ApprovalError, PortalSession};
use super::consent::{self, ConsentRequest, KeySource, MAX_REQUEST};
use super::error::AuthorizationError;
use super::hand_over::back_to_app;
use super::{kept, pasted_key, replacement, response};
use crate::access::browser::is_own_form;
use crate::access::level::AccessLevel;
use crate::app::Context;
use crate::host::{Host, IncomingBody};
use crate::ledger::rate_limit;
use crate::oauth::transaction::Decision;
use crate::pages::reply::{Refusal, with_cookie};
use crate::pages::{Completion, problems};
use crate::sealing::root_secret::sealer;
use crate::upstream::portal::older_keys::{MAX_ID, MAX_KEYS};
use crate::web::form::{self, Parameters};
use crate::web::reply::Reply;
use http::HeaderMap;

/// The largest form, in bytes: the sealed request and the sealed keys to replace ([`super::consent`]).
const MAX_BODY: usize = 64 * 1024;
/// The sealed keys to replace: each has its id, its level and six characters of JSON.
const MAX_REPLACE: usize = (MAX_KEYS * (MAX_ID + 5 + 6) + 128) * 4 / 3;
const _: () = assert!(MAX_REQUEST + MAX_REPLACE + 128 <= MAX_BODY);

/// Answers the consent form.
pub(crate) async fn decide<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    body: B,
) -> Result<Reply, Refusal> {
    let (host, config) = (context.host, context.config);
    if !is_own_form(headers, &config.public_url) {
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
    rate_limit::check_decision(context, &request.transaction.browser.id)
        .await
        .map_err(|seconds| {
            let cause = "too many forms of one consent page";
            Refusal::new(problems::too_many_requests(seconds), cause)
        })?;
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
            approval::take_single_use(context, &request.transaction, Decision::Cancelled).await?;
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
        KeySource::Portal {
            access_token,
            id_token,
            ..
        } => {
            let replaced =
                replacement::accepted(&sealer, &request.transaction, field("replace")?, level)
                    .ok_or_else(|| {
                        malformed("the keys to replace were not offered for this request")
                    })?;
            let session = PortalSession {
                access_token,
                id_token,
            };
            let code = approval::mint(context, &sealer, &request, &session, level, &replaced);
            match code.await {
                Ok(code) => (code, Completion::Minted),
                Err(ApprovalError::Page(refusal)) => return Err(refusal),
                // The cookie stays: nothing was decided, and the next attempt asks the portal again.
                Err(ApprovalError::App(error)) => {
                    let location = error.location_for(config, authorization_request);
                    let completion = Completion::Failed;
                    return Ok(back_to_app(
                        context,
                        authorization_request,
                        &location,
                        completion,
                    ));
                }
            }
        }
        KeySource::PastedKey => match pasted_key::check(context, field("api_key")?).await {
            Ok(key) => (
                approval::seal_key(context, &sealer, &request, &key, level).await?,
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
