//! What is remembered of a question until the answer comes, and what the answer adds to the call.

use super::preview::{CONSENT, POLICY_VERSION, Terms};
use crate::digest::sha256_hex;
use crate::mcp::input_required::request_state::State;
use crate::mcp::tools::header_arguments::{self, IDEMPOTENCY_KEY};
use openapi_tools::table::Tool;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the person was shown.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shown {
    /// What they were told that it costs.
    pub(crate) price: Option<u64>,
    /// The API's terms.
    pub(crate) policy_version: Option<String>,
}

impl From<&Terms> for Shown {
    fn from(terms: &Terms) -> Self {
        Self {
            price: terms.price,
            policy_version: terms.policy_version.clone(),
        }
    }
}

impl State<Shown> {
    /// What the single use is found by in the store.
    pub(crate) fn handle(&self) -> String {
        format!("confirmation {}", self.nonce())
    }

    /// The arguments with what the person's consent adds: the API's terms, and where none was given an idempotency key,
    /// by which the API does a call once even where the store cannot count exactly.
    pub(crate) fn consent(
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
