//! What the `requestState` of a confirmation holds, and what the person's consent adds to the call.

use super::preview::Terms;
use crate::digest::sha256_hex;
use crate::mcp::input_required::request_state::State;
use crate::mcp::tools::consent::{CONSENT, POLICY_VERSION};
use crate::mcp::tools::header_arguments::{self, IDEMPOTENCY_KEY};
use openapi_tools::table::Tool;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The terms that the person was shown.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ShownTerms {
    /// In credits.
    pub(super) price: Option<u64>,
    /// The version of the API's own terms.
    pub(super) policy_version: Option<String>,
}

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

    /// The arguments with the consent to the API's terms, and with an idempotency key if the caller sent none. With the
    /// key, the API runs the call once even if the store cannot count exactly.
    pub(super) fn with_consent(
        &self,
        tool: &Tool<'_>,
        arguments: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut arguments = arguments.clone();
        if let Some(version) = &self.memo.policy_version {
            arguments.insert(CONSENT.to_owned(), true.into());
            arguments.insert(POLICY_VERSION.to_owned(), version.as_str().into());
        }
        if let Some(key) = header_arguments::find(tool, IDEMPOTENCY_KEY)
            && arguments.get(key.name).is_none_or(Value::is_null)
        {
            let derived = sha256_hex(&format!("idempotency {}", self.nonce()));
            arguments.insert(key.name.to_owned(), format!("confirmed-{derived}").into());
        }
        arguments
    }
}
