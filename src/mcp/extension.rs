//! The seam for tools, prompts and resources that are not TokPortal's: the fixtures of the conformance suite.
//!
//! The shipped connector has [`Shipped`], which adds nothing. Only a build with the feature `conformance` has others.

use super::exchange::Exchange;
use super::outcome::Outcome;
use super::prompt::Prompt;
use super::protocol::jsonrpc::{Request, RpcError};
use crate::host::Host;
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// What stands beside the catalogue, the playbooks and the resources, and goes through the same code.
pub(crate) trait Extension {
    const TOOLS: &'static [Tool<'static>] = &[];
    const PROMPTS: &'static [Prompt] = &[];

    /// Runs a tool of the extension; nothing for any other tool.
    async fn call<H: Host>(
        _exchange: &Exchange<'_, H>,
        _tool: &Tool<'static>,
        _arguments: &Map<String, Value>,
    ) -> Option<Outcome> {
        None
    }

    /// What stands before the text of a prompt.
    ///
    /// # Errors
    /// A client that cannot answer the questions of the prompt.
    fn open_prompt(
        _request: &Request,
        _prompt: &Prompt,
        _arguments: &Map<String, Value>,
    ) -> Result<Opening, RpcError> {
        Ok(Opening::None)
    }

    /// Entries of `resources/list`.
    fn resources() -> Vec<Value> {
        Vec::new()
    }

    /// Entries of `resources/templates/list`.
    fn resource_templates() -> Vec<Value> {
        Vec::new()
    }

    /// The contents of a resource of the extension; nothing for any other resource.
    fn resource(_uri: &str) -> Option<Value> {
        None
    }
}

/// How a prompt begins.
#[cfg_attr(
    not(feature = "conformance"),
    expect(dead_code, reason = "only fixtures open a prompt")
)]
pub(crate) enum Opening {
    None,
    /// A content block before the text.
    Block(Value),
    /// The result that asks for input first (`InputRequiredResult`).
    Questions(Map<String, Value>),
}

/// The connector as it is shipped.
#[cfg(not(feature = "conformance"))]
pub(crate) struct Shipped;

#[cfg(not(feature = "conformance"))]
impl Extension for Shipped {}
