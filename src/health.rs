//! What load balancers and operators ask: `/healthz`, whether the component runs; `/readyz`, whether it can do its work;
//! and `/readyz/portal`, whether people can sign in at the portal, and what to change if they cannot.
//!
//! Anyone may ask, so answers are made of few calls: one request at a time asks the API and the portal, and its results
//! are used for ten seconds ([`readiness`]).

use crate::app::Context;
use crate::check::{Check, CheckName, Subject};
use crate::config::{ConfigError, SignIn};
use crate::event::Event;
use crate::host::{Host, StoreError};
use crate::ledger::deployment::{self, VERSION};
use crate::ledger::readiness::{self, StoredChecks};
use crate::pages::ChecksPage;
use crate::pages::reply::{FormAction, html};
use crate::upstream::portal::check::check_portal;
use crate::upstream::probe::probe;
use crate::web::accept;
use crate::web::language::Language;
use crate::web::reply::{self, Reply};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

/// Seconds after which a failed check is worth another request.
const RETRY_AFTER: u32 = 10;

/// `GET /healthz`: the component runs. It needs no configuration, no store and no other server.
pub(crate) fn alive() -> Reply {
    let body = json!({ "status": "ok", "version": VERSION });
    reply::json(StatusCode::OK, body.to_string())
}

/// `GET /readyz`.
pub(crate) async fn ready<H: Host>(context: &Context<'_, H>, headers: &HeaderMap) -> Reply {
    answer(context, Subject::Connector, headers).await
}

/// `GET /readyz/portal`.
pub(crate) async fn portal<H: Host>(context: &Context<'_, H>, headers: &HeaderMap) -> Reply {
    answer(context, Subject::Portal, headers).await
}

async fn answer<H: Host>(context: &Context<'_, H>, subject: Subject, headers: &HeaderMap) -> Reply {
    let mut checks = vec![Check::passed(CheckName::Configuration)];
    match stored_or_new(context, subject).await {
        Ok(others) => checks.extend(others),
        Err(error) => checks.push(store_failed(context, &error)),
    }
    let host = &context.config.public_authority;
    let id = context.request_id.as_str();
    // Without a portal, the page says whether the connector can work.
    let subject = match context.config.sign_in {
        SignIn::Portal(_) => subject,
        SignIn::ApiKey => Subject::Connector,
    };
    report(&checks, subject, headers, context.language, host, id)
}

/// `GET /readyz` and `GET /readyz/portal` with an invalid configuration: nothing else can be checked.
pub(crate) fn unconfigured(error: &ConfigError, headers: &HeaderMap, request_id: &str) -> Reply {
    let names: Vec<String> = error
        .problems()
        .iter()
        .map(|problem| format!("`{}`, such as {}", problem.variable, problem.example))
        .collect();
    let problem = format!("Variables have values that cannot be used: {error}.");
    let fix = format!("Set {}.", names.join("; "));
    let checks = [Check::failed(CheckName::Configuration, problem, fix)];
    let language = Language::preferred(headers);
    report(
        &checks,
        Subject::Connector,
        headers,
        language,
        "TokPortal connector",
        request_id,
    )
}

/// The checks that need the store: results of the last seconds, or new ones.
async fn stored_or_new<H: Host>(
    context: &Context<'_, H>,
    subject: Subject,
) -> Result<Vec<Check>, StoreError> {
    let now = context.host.now().as_secs();
    let fingerprint = deployment::fingerprint(context.config);
    let stored = StoredChecks::read(context, subject, &fingerprint).await?;
    if let Some(stored) = stored.as_ref().filter(|stored| stored.is_fresh(now)) {
        return Ok(stored.checks.clone());
    }
    // No request before this one has left a row. A store that forgets looks like this every time, and it keeps no claim
    // either, so no server is asked.
    if !deployment::note(context).await? && stored.is_none() {
        return Ok(vec![first_check()]);
    }
    if !readiness::claim(context.host, subject).await? {
        let usable = stored.filter(|stored| stored.is_usable(now));
        return Ok(usable.map_or_else(|| vec![under_way()], |stored| stored.checks));
    }
    let mut checks = vec![Check::passed(CheckName::Store)];
    checks.extend(match subject {
        Subject::Connector => probe(context).await,
        Subject::Portal => check_portal(context).await,
    });
    StoredChecks::write(context, subject, &fingerprint, &checks).await?;
    Ok(checks)
}

fn store_failed<H: Host>(context: &Context<'_, H>, error: &StoreError) -> Check {
    context.log(&Event::CheckFailed {
        check: CheckName::Store,
        cause: error.to_string(),
    });
    Check::failed(
        CheckName::Store,
        "The key-value store does not work.",
        "Check the key-value store `default` in the manifest and in the runtime configuration. The log has the cause.",
    )
}

fn first_check() -> Check {
    Check::failed(
        CheckName::Store,
        "The store has no row of an earlier request, so it is new, or it forgets.",
        "Ask again. If the answer stays the same, the store forgets what is written: give the component a persistent one.",
    )
}

fn under_way() -> Check {
    Check::failed(
        CheckName::Store,
        "Another request is checking at this moment, and there is no result yet.",
        "Ask again in a few seconds.",
    )
}

/// The report as a page for a browser, or as JSON: 200 if every check passed, otherwise 503.
fn report(
    checks: &[Check],
    subject: Subject,
    headers: &HeaderMap,
    language: Language,
    host: &str,
    request_id: &str,
) -> Reply {
    let is_ready = checks.iter().all(|check| check.ok);
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut reply = if accept::prefers_html(headers) {
        let page = ChecksPage::of_checks(checks, subject, language, host, request_id);
        let mut reply = html(status, language, page.html(), FormAction::Nowhere);
        let vary = HeaderValue::from_static("accept, accept-language");
        reply.headers_mut().insert(header::VARY, vary);
        reply
    } else {
        let body = json!({ "ready": is_ready, "version": VERSION, "checks": checks });
        let mut reply = reply::json(status, body.to_string());
        reply::set(&mut reply, header::VARY, "accept");
        reply
    };
    if !is_ready {
        let seconds = HeaderValue::from(RETRY_AFTER);
        reply.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    reply
}

#[cfg(test)]
mod tests;
