//! `/approve`: the link that the answer to a call has. `GET` starts a visit; `POST` takes the key that a person enters.

use super::sign_in;
use super::visit::{Visit, check_browser, closed, question, read_form};
use crate::access::approval::APPROVAL_PATH;
use crate::access::browser::Browser;
use crate::app::Context;
use crate::config::SignIn;
use crate::host::{Host, IncomingBody};
use crate::ledger::rate_limit;
use crate::pages::reply::{FormAction, Refusal, html, redirect, with_cookie};
use crate::pages::{ApprovalPage, Content, Problem, problems, texts};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::{Purpose, Sealer};
use crate::secret::ApiKey;
use crate::web::form::Parameters;
use crate::web::reply::Reply;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

/// The largest form with a key, in bytes.
const MAX_BODY: usize = 4 * 1024;

/// What the form for a key sends back, sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyForm {
    browser: Browser,
    call: String,
}

/// Answers the link.
pub(crate) async fn start<H: Host>(
    context: &Context<'_, H>,
    query: &str,
) -> Result<Reply, Refusal> {
    let sealer = sealer(context).await?;
    let parameters = Parameters::parse(query.as_bytes());
    let call = parameters.one("call").ok().flatten().unwrap_or_default();
    // A link at the end of a sentence is sometimes copied with its full stop.
    let asked = question(context, &sealer, call.trim_end_matches(['.', ',', ')'])).await?;
    let (browser, cookie) = Browser::bind(context.host, context.config);
    let reply = match &context.config.sign_in {
        SignIn::Portal(portal) => {
            let switches = parameters.all("switch").next().is_some();
            let visit = sign_in::SignInVisit::new(context.host, browser, asked.id);
            visit.begin(context, &sealer, portal, switches).await?
        }
        SignIn::ApiKey => {
            let form = KeyForm {
                browser,
                call: asked.id,
            };
            form.page(context, &sealer, None)
        }
    };
    Ok(with_cookie(reply, &cookie))
}

/// Answers the form with a key, where people sign in with keys. The key is compared with that of the call, and goes
/// nowhere. Where a portal signs people in, every app has the key of its calls, so the key says nothing about the person.
pub(crate) async fn enter_key<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    body: B,
) -> Result<Reply, Refusal> {
    let body = read_form(context, headers, body, MAX_BODY).await?;
    if !matches!(context.config.sign_in, SignIn::ApiKey) {
        return Err(closed("the portal says here whose key it is"));
    }
    let parameters = Parameters::parse(&body);
    let sealer = sealer(context).await?;
    let sealed = parameters.one("request").ok().flatten().unwrap_or_default();
    let form = sealer
        .open::<KeyForm>(Purpose::VisitKey, sealed)
        .ok_or_else(|| closed("the request of the form was not sealed by this connector"))?;
    check_browser(context, &form.browser, headers)?;
    rate_limit::check_refused_keys(context)
        .await
        .map_err(|seconds| {
            let cause = "too many keys from this network were refused";
            Refusal::new(problems::too_many_requests(seconds), cause)
        })?;
    let asked = question(context, &sealer, &form.call).await?;
    let key = parameters.one("api_key").ok().flatten().unwrap_or_default();
    let is_owner = ApiKey::parse(key.trim()).is_ok_and(|key| asked.question.call.is_of_key(&key));
    if !is_owner {
        rate_limit::count_refused_key(context).await;
        return Ok(form.page(context, &sealer, Some(&problems::other_key())));
    }
    let visit = Visit {
        browser: form.browser,
        call: form.call,
        person: None,
        nonce: None,
    };
    let url = visit.url(context, &sealer);
    Ok(redirect(StatusCode::SEE_OTHER, &url))
}

impl KeyForm {
    /// The page with the field for the key. After an attempt that failed, it says why.
    fn page<H: Host>(
        &self,
        context: &Context<'_, H>,
        sealer: &Sealer,
        problem: Option<&Problem>,
    ) -> Reply {
        let language = context.language;
        let page = ApprovalPage {
            t: texts::of(language),
            host: &context.config.public_authority,
            action: APPROVAL_PATH,
            request: &sealer.seal(context.host, Purpose::VisitKey, self),
            content: Content::Key {
                error: problem.map(|problem| problem.sentence(language)),
            },
        };
        let status = problem.map_or(StatusCode::OK, |problem| problem.status.code());
        html(status, language, page.html(), FormAction::Own)
    }
}
