//! The seam for tools, prompts and resources that are not TokPortal's: the fixtures of the conformance suite.
//!
//! The shipped connector has [`Shipped`], which adds nothing. Only a build with the feature `conformance` adds any.

use super::exchange::Exchange;
use super::outcome::Outcome;
use super::prompt::Prompt;
use super::protocol::jsonrpc::{Request, RpcError};
use crate::host::Host;
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// Tools, prompts and resources besides those of TokPortal, served by the same code.
pub(super) trait Extension {
    const TOOLS: &'static [Tool<'static>] = &[];
    const PROMPTS: &'static [Prompt] = &[];

    /// Runs a tool of the extension; `None` for any other tool.
    async fn call<H: Host>(
        _exchange: &Exchange<'_, H>,
        _tool: &Tool<'static>,
        _arguments: &Map<String, Value>,
    ) -> Option<Outcome> {
        None
    }

    /// What precedes the text of a prompt.
    ///
    /// # Errors
    /// The client cannot answer the input requests of the prompt.
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

    /// The contents of a resource of the extension; `None` for any other resource.
    fn resource(_uri: &str) -> Option<Value> {
        None
    }
}

/// What precedes the text of a prompt.
#[cfg_attr(
    not(feature = "conformance"),
    expect(dead_code, reason = "only fixtures put anything before the text")
)]
pub(super) enum Opening {
    None,
    /// A content block.
    Block(Value),
    /// Nothing yet: an `InputRequiredResult` asks the client for input first.
    InputRequired(Map<String, Value>),
}

/// The extension of the shipped connector.
#[cfg(not(feature = "conformance"))]
pub(super) struct Shipped;

#[cfg(not(feature = "conformance"))]
impl Extension for Shipped {}
