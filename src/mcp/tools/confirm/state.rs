//! What the `requestState` of a confirmation holds, and what the person's agreement adds to the call.

use super::preview::Terms;
use crate::access::approval::{Question, ShownTerms};
use crate::digest::sha256_hex;
use crate::mcp::input_required::request_state::State;
use crate::mcp::tools::consent::{CONSENT, POLICY_VERSION};
use crate::mcp::tools::header_arguments::{self, IDEMPOTENCY_KEY};
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

impl From<&Terms> for ShownTerms {
    fn from(terms: &Terms) -> Self {
        Self {
            price: terms.price,
            policy_version: terms.policy_version.clone(),
        }
    }
}

impl State<ShownTerms> {
    /// The id under which the ledger keeps the single use.
    pub(super) fn approval_id(&self) -> String {
        format!("confirmation {}", self.nonce())
    }

    /// The terms that the person agreed to.
    pub(super) fn agreed(&self) -> Agreed<'_> {
        Agreed {
            terms: &self.memo,
            nonce: self.nonce(),
        }
    }
}

/// The terms that a person agreed to, and random text that is unique to the agreement.
pub(super) struct Agreed<'a> {
    pub(super) terms: &'a ShownTerms,
    nonce: &'a str,
}

impl<'a> From<&'a Question> for Agreed<'a> {
    fn from(question: &'a Question) -> Self {
        Self {
            terms: &question.terms,
            nonce: question.nonce(),
        }
    }
}

impl Agreed<'_> {
    /// The arguments with the consent to the API's terms, and with an idempotency key if the caller sent none. With the
    /// key, the API runs the call once even if the store cannot count exactly.
    pub(super) fn with_consent(
        &self,
        tool: &Tool<'_>,
        arguments: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut arguments = arguments.clone();
        if let Some(version) = &self.terms.policy_version {
            arguments.insert(CONSENT.to_owned(), true.into());
            arguments.insert(POLICY_VERSION.to_owned(), version.as_str().into());
        }
        if let Some(key) = header_arguments::find(tool, IDEMPOTENCY_KEY)
            && arguments.get(key.name).is_none_or(Value::is_null)
        {
            let derived = sha256_hex(&format!("idempotency {}", self.nonce));
            arguments.insert(key.name.to_owned(), format!("confirmed-{derived}").into());
        }
        arguments
    }
}
