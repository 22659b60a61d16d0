//! The three revisions with a handshake: 2025-03-26, 2025-06-18, 2025-11-25.

use super::endpoint::Outcome;
use super::jsonrpc::{self, Request, RpcError};
use super::revision::Revision;
use super::variant::Variant;
use super::{prompts, resources, server, tools};
use crate::Connector;
use crate::credentials::Credential;
use crate::host::Host;
use crate::host::config::Config;
use serde_json::{Map, Value, json};

/// Answers one request.
pub async fn answer<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    variant: Variant,
    revision: Revision,
    request: Request,
) -> Outcome {
    let result = match request.method.as_str() {
        "initialize" => Ok(initialize(&connector.config, variant, &request).to_string()),
        "ping" => Ok("{}".to_owned()),
        "tools/list" => tools::list(&connector.config, caller, variant, revision, &request),
        "tools/call" => return tools::call(connector, caller, variant, revision, request).await,
        _ => match lookup(revision, &request) {
            Some(result) => result.map(|result| Value::Object(result).to_string()),
            None => Err(jsonrpc::method_not_found(&request)),
        },
    };
    match result {
        Ok(result) => Outcome::Response(jsonrpc::success(&request.id, &result)),
        Err(error) => Outcome::Error(error),
    }
}

/// The methods that answer alike in both eras; nothing for any other method.
pub fn lookup(
    revision: Revision,
    request: &Request,
) -> Option<Result<Map<String, Value>, RpcError>> {
    Some(match request.method.as_str() {
        "prompts/list" => Ok(prompts::list()),
        "prompts/get" => prompts::get(request),
        "completion/complete" => prompts::complete(request),
        "resources/list" => Ok(resources::list()),
        "resources/templates/list" => Ok(resources::templates()),
        "resources/read" => resources::read(revision, request),
        _ => return None,
    })
}

/// Echoes a legacy version that is spoken here; anything else gets the newest legacy one, and the client decides.
fn initialize(config: &Config, variant: Variant, request: &Request) -> Value {
    let revision = request
        .params
        .get("protocolVersion")
        .and_then(Value::as_str)
        .and_then(Revision::parse)
        .filter(|revision| !revision.is_modern())
        .unwrap_or(Revision::NEWEST_LEGACY);
    json!({
        "protocolVersion": revision.name(),
        "capabilities": server::capabilities(),
        "serverInfo": server::introduction(config, revision),
        "instructions": server::instructions(variant),
    })
}
