//! The visit of a person who was asked to approve a call. It travels sealed through the browser, bound by a cookie.

use crate::access::approval::{self, APPROVAL_PATH, Asked};
use crate::access::browser::{Browser, is_own_form};
use crate::app::Context;
use crate::host::{Host, IncomingBody};
use crate::pages::problems;
use crate::pages::reply::Refusal;
use crate::sealing::seal::{Purpose, Sealer};
use crate::web::form::{self, Parameters};
use bytes::Bytes;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

/// Path of the page with the question, and target of its form.
pub(crate) const QUESTION_PATH: &str = "/approve/question";

/// A person who owns the key of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Visit {
    pub(super) browser: Browser,
    /// Id of the question.
    pub(super) call: String,
    /// Name and email; `None` if the person entered the key.
    pub(super) person: Option<(String, String)>,
    /// The question that a form shows. The URL of the page has none.
    pub(super) nonce: Option<String>,
}

impl Visit {
    /// Opens what [`Self::seal`] sealed, for the same browser.
    pub(super) fn open<H: Host>(
        context: &Context<'_, H>,
        sealer: &Sealer,
        headers: &HeaderMap,
        parameters: &Parameters<'_>,
    ) -> Result<Self, Refusal> {
        let sealed = parameters.one("request").ok().flatten().unwrap_or_default();
        let visit = sealer
            .open::<Self>(Purpose::Visit, sealed)
            .ok_or_else(|| closed("the request of the page was not sealed by this connector"))?;
        check_browser(context, &visit.browser, headers)?;
        Ok(visit)
    }

    pub(super) fn seal<H: Host>(&self, context: &Context<'_, H>, sealer: &Sealer) -> String {
        sealer.seal(context.host, Purpose::Visit, self)
    }

    /// The URL of the page with the question.
    pub(super) fn url<H: Host>(&self, context: &Context<'_, H>, sealer: &Sealer) -> String {
        format!("{QUESTION_PATH}?request={}", self.seal(context, sealer))
    }
}

/// Refuses a visit that has expired or belongs to another browser.
pub(super) fn check_browser<H: Host>(
    context: &Context<'_, H>,
    browser: &Browser,
    headers: &HeaderMap,
) -> Result<(), Refusal> {
    if browser.is_expired(context.host) {
        return Err(closed("the visit has expired"));
    }
    if !browser.is_of(context.config, headers) {
        let cause = "the cookie is missing or belongs to another browser";
        return Err(Refusal::new(problems::cookies_blocked(), cause));
    }
    Ok(())
}

/// The question with this id.
pub(super) async fn question<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    id: &str,
) -> Result<Asked, Refusal> {
    let asked = approval::by_id(context, sealer, id).await?;
    asked.ok_or_else(|| closed("there is no open question with this id"))
}

/// The page that says that the question is no longer open. The cause is for the log.
pub(super) fn closed(cause: &str) -> Refusal {
    Refusal::new(problems::question_closed(), cause)
}

/// The body of a form of at most `limit` bytes that one of these pages sent.
pub(super) async fn read_form<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    body: B,
    limit: usize,
) -> Result<Bytes, Refusal> {
    if !is_own_form(headers, &context.config.public_url) {
        let cause = "the form came from another origin";
        return Err(Refusal::new(problems::foreign_form(), cause));
    }
    let body = form::read(headers, body, limit).await;
    body.map_err(|_| closed("the form cannot be read"))
}

/// The link to a question, for a person who wants to sign in with another account.
pub(super) fn switch_url(call: &str) -> String {
    format!("{APPROVAL_PATH}?call={call}&switch=1")
}
