//! The preview of a call: what it would do and cost, from a dry run at the API or from the catalogue.

use crate::app::Context;
use crate::failure::{Diagnostics, LocalCode};
use crate::host::Host;
use crate::mcp::tools::consent::{CONSENT, POLICY_VERSION};
use crate::mcp::tools::header_arguments::{self, DRY_RUN, IDEMPOTENCY_KEY};
use crate::secret::ApiKey;
use crate::text::excerpt;
use crate::upstream::api::{self, ApiError, ApiResponse};
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// The most consequences that are shown, and the most characters of each.
const MAX_CONSEQUENCES: usize = 8;
const MAX_CONSEQUENCE: usize = 200;
/// The most items of a price that are shown, and the longest name of one.
const MAX_ITEMS: usize = 8;
const MAX_ITEM: usize = 30;

pub(super) enum Preview {
    /// The call can run on these terms.
    Terms(Terms),
    /// The answer to the dry run is the answer to the call, for example because the call would fail.
    Answered(Result<ApiResponse, ApiError>),
}

/// What a person agrees to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Terms {
    /// Price in credits, if the API states it.
    pub(super) price: Option<u64>,
    /// The items that make up the price, each with its credits; empty if they do not.
    pub(super) items: Vec<(String, u64)>,
    /// Consequences in the API's words.
    pub(super) consequences: Vec<String>,
    /// The version of the API's terms, where they have one.
    pub(super) policy_version: Option<String>,
}

impl Terms {
    /// Whether consent to a price, without any terms of the API, also covers these terms. A person who was shown no
    /// price agreed to none.
    pub(super) fn are_covered_by(&self, agreed: Option<u64>) -> bool {
        let covers_price = match self.price {
            Some(price) => price <= agreed.unwrap_or(0),
            None => agreed.is_none(),
        };
        covers_price && self.policy_version.is_none()
    }

    /// Whether a person has to agree to a call on these terms: it costs something, or it cannot be undone.
    pub(super) fn need_consent(&self, tool: &Tool<'_>) -> bool {
        self.price != Some(0) || tool.facts.irreversible || self.policy_version.is_some()
    }

    /// The terms in the answer to a dry run (docs/UPSTREAM.md, section 11).
    fn of_dry_run(answer: &Value) -> Self {
        let price = answer.get("credits_would_charge").and_then(Value::as_u64);
        let items = answer.get("cost_breakdown").and_then(Value::as_object);
        Self {
            price,
            items: price
                .zip(items)
                .and_then(|(price, items)| cost_items(price, items))
                .unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The terms in the details of a 428 (docs/UPSTREAM.md, section 10).
    fn of_policy(details: &Map<String, Value>) -> Option<Self> {
        let version = details.get(POLICY_VERSION)?.as_str()?;
        let price = details
            .get("price")
            .or_else(|| details.get("expected_credit_cost"));
        let consequences = details.get("consequences").and_then(Value::as_array);
        Some(Self {
            price: price.and_then(Value::as_u64),
            items: Vec::new(),
            consequences: consequences
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .take(MAX_CONSEQUENCES)
                .map(|text| excerpt(text, MAX_CONSEQUENCE))
                .collect(),
            policy_version: Some(version.to_owned()),
        })
    }
}

/// The items of a `cost_breakdown` that cost something, without its total. `None` unless they are plain words and add up
/// to the price.
fn cost_items(price: u64, items: &Map<String, Value>) -> Option<Vec<(String, u64)>> {
    let is_word = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let mut shown = Vec::new();
    for (name, credits) in items.iter().filter(|(name, _)| *name != "total") {
        let credits = credits.as_u64()?;
        if credits > 0 {
            shown.push((name.clone(), credits));
        }
    }
    let sum = shown
        .iter()
        .try_fold(0u64, |sum, (_, credits)| sum.checked_add(*credits))?;
    let is_plain = shown
        .iter()
        .all(|(name, _)| name.len() <= MAX_ITEM && is_word(name));
    (sum == price && is_plain && shown.len() <= MAX_ITEMS).then_some(shown)
}

/// Previews a call. An operation without a dry run has the terms of the catalogue.
pub(super) async fn preview<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Preview {
    let Some(dry_run) = header_arguments::find(tool, DRY_RUN) else {
        return Preview::Terms(Terms::default());
    };
    let mut arguments = arguments.clone();
    arguments.insert(dry_run.name.to_owned(), true.into());
    // A dry run stores nothing, so it needs no idempotency key. No source says what the API does with both headers.
    if let Some(argument) = header_arguments::find(tool, IDEMPOTENCY_KEY) {
        arguments.remove(argument.name);
    }
    // If the caller's own consent were passed on, the API would not send its terms, and the person would not see them.
    for consent in [CONSENT, POLICY_VERSION] {
        arguments.remove(consent);
    }
    match api::preview(context, key, tool, &arguments).await {
        Ok(answer) => {
            let value = match serde_json::from_slice(&answer.body) {
                Ok(value) => value,
                Err(_) if answer.body.is_empty() => Value::Null,
                // It is not known whether the API honoured the dry-run header, so the call must not be repeated.
                Err(_) => return Preview::Answered(Ok(answer)),
            };
            let charged = value.get("credits_charged").and_then(Value::as_u64);
            // The API ignored the dry-run header and did the operation. A second call would do it twice.
            if charged.is_some_and(|credits| credits > 0) {
                return Preview::Answered(Ok(answer));
            }
            Preview::Terms(Terms::of_dry_run(&value))
        }
        Err(ApiError::Failed(mut diagnostics)) => {
            let details = diagnostics.details.as_ref().and_then(Value::as_object);
            let terms = (diagnostics.http_status == Some(428))
                .then(|| details.and_then(Terms::of_policy))
                .flatten();
            if let Some(terms) = terms {
                return Preview::Terms(terms);
            }
            explain(&mut diagnostics);
            Preview::Answered(Err(ApiError::Failed(diagnostics)))
        }
        Err(error) => Preview::Answered(Err(error)),
    }
}

/// Makes clear that nothing was done, because only the preview failed. The failure of a real call would leave that
/// open.
fn explain(diagnostics: &mut Diagnostics) {
    let unanswered = [LocalCode::UpstreamTimeout, LocalCode::UpstreamUnreachable];
    match diagnostics.http_status {
        None if unanswered
            .iter()
            .any(|code| code.name() == diagnostics.code) =>
        {
            "The API did not answer the preview of this call. Nothing was done and nothing was charged."
                .clone_into(&mut diagnostics.message);
            diagnostics.retryable = true;
        }
        Some(status) if status >= 500 => diagnostics.message.push_str(
            " This was the preview of the call: nothing was done and nothing was charged.",
        ),
        _ => return,
    }
    diagnostics.hint = Some(LocalCode::ConfirmationUnavailable.hint());
}
