//! What a call would do and cost: a dry run at the API, or what the catalogue knows.

use crate::app::Context;
use crate::failure::{Diagnostics, LocalCode};
use crate::host::Host;
use crate::mcp::tools::header_arguments::{self, DRY_RUN, IDEMPOTENCY_KEY};
use crate::secret::ApiKey;
use crate::text::excerpt;
use crate::upstream::api::{self, ApiError, ApiResponse};
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// The arguments by which a person's consent to the API's own terms is passed on (docs/UPSTREAM.md, section 10).
pub(crate) const CONSENT: &str = "acknowledge_support_forfeit";
pub(crate) const POLICY_VERSION: &str = "policy_version";

/// The most that is shown of what the API says about consequences.
const MAX_CONSEQUENCES: usize = 8;
const MAX_CONSEQUENCE: usize = 200;

/// The result of a look ahead.
pub(crate) enum Preview {
    /// The call can run on these terms.
    Terms(Terms),
    /// There is nothing left to ask: the call would fail, and this is how.
    Over(Result<ApiResponse, ApiError>),
}

/// What a person agrees to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Credits, if the API says so.
    pub(crate) price: Option<u64>,
    /// Consequences in the API's words.
    pub(crate) consequences: Vec<String>,
    /// The version of the API's terms, where they have one.
    pub(crate) policy_version: Option<String>,
}

impl Terms {
    /// Whether somebody who agreed to this price, and to no terms of the API's own, agreed to these terms. Who was told
    /// no price has not agreed to any.
    pub(crate) fn are_covered_by(&self, agreed: Option<u64>) -> bool {
        let price_is = match self.price {
            Some(price) => price <= agreed.unwrap_or(0),
            None => agreed.is_none(),
        };
        price_is && self.policy_version.is_none()
    }

    /// From the answer to a dry run (docs/UPSTREAM.md, section 11).
    fn of_dry_run(answer: &Value) -> Self {
        Self {
            price: answer.get("credits_would_charge").and_then(Value::as_u64),
            ..Self::default()
        }
    }

    /// From the details of a 428 (docs/UPSTREAM.md, section 10).
    fn of_policy(details: &Map<String, Value>) -> Option<Self> {
        let version = details.get(POLICY_VERSION)?.as_str()?;
        let price = details
            .get("price")
            .or_else(|| details.get("expected_credit_cost"));
        let consequences = details.get("consequences").and_then(Value::as_array);
        Some(Self {
            price: price.and_then(Value::as_u64),
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

/// Looks ahead. An operation that cannot be simulated has the terms of the catalogue.
pub(crate) async fn preview<H: Host>(
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
    // What is not stored needs no key, and no source says what the two do together.
    if let Some(argument) = header_arguments::find(tool, IDEMPOTENCY_KEY) {
        arguments.remove(argument.name);
    }
    // A caller that consents by itself would keep the API's terms from the person.
    for consent in [CONSENT, POLICY_VERSION] {
        arguments.remove(consent);
    }
    match api::call(context, key, tool, &arguments).await {
        Ok(answer) => {
            let value = match serde_json::from_slice(&answer.body) {
                Ok(value) => value,
                Err(_) if answer.body.is_empty() => Value::Null,
                // Nobody can say whether an API that answers like this heeded the header.
                Err(_) => return Preview::Over(Ok(answer)),
            };
            let charged = value.get("credits_charged").and_then(Value::as_u64);
            // An API that overlooked the header has done it: once more would be twice.
            if charged.is_some_and(|credits| credits > 0) {
                return Preview::Over(Ok(answer));
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
            Preview::Over(Err(ApiError::Failed(diagnostics)))
        }
        Err(error) => Preview::Over(Err(error)),
    }
}

/// Says of a failure that leaves it open whether anything happened that nothing did, because it was the preview's.
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
