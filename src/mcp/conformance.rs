//! Fixtures of the official MCP conformance suite: the tools, prompts and resources that it calls by name. The server
//! has them besides the real ones and serves them by the same code. Only a build with the feature `conformance` has
//! them, and such a build is never shipped.
//!
//! Names and contents are those that the scenarios of the suite describe (`@modelcontextprotocol/conformance`).

mod input_request;
mod prompts;
mod resources;
mod results;
mod rounds;
mod tools;

use super::exchange::Exchange;
use super::extension::{Extension, Opening};
use super::outcome::Outcome;
use super::prompt::Prompt;
use super::protocol::jsonrpc::{Request, RpcError};
use crate::host::Host;
use openapi_tools::table::Tool;
use rounds::ToolOutcome;
use serde_json::{Map, Value};

/// A red pixel, PNG as base64.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
/// One silent sample, WAV as base64.
const SILENCE: &str = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

pub(super) struct Fixtures;

impl Extension for Fixtures {
    const TOOLS: &'static [Tool<'static>] = &tools::TOOLS;
    const PROMPTS: &'static [Prompt] = &prompts::PROMPTS;

    async fn call<H: Host>(
        exchange: &Exchange<'_, H>,
        tool: &Tool<'static>,
        arguments: &Map<String, Value>,
    ) -> Option<Outcome> {
        if let Some(result) = results::of(tool.name) {
            return Some(exchange.ok(&result.to_string()));
        }
        Some(match rounds::run(exchange, tool, arguments).await? {
            Ok(ToolOutcome::Complete(result)) => exchange.ok(&result.to_string()),
            Ok(ToolOutcome::InputRequired(input)) => exchange.ok(&input.into_json()),
            Err(error) => Outcome::Error(error),
        })
    }

    fn open_prompt(
        request: &Request,
        prompt: &Prompt,
        arguments: &Map<String, Value>,
    ) -> Result<Opening, RpcError> {
        prompts::open(request, prompt, arguments)
    }

    fn resources() -> Vec<Value> {
        resources::list()
    }

    fn resource_templates() -> Vec<Value> {
        resources::templates()
    }

    fn resource(uri: &str) -> Option<Value> {
        resources::read(uri)
    }
}
