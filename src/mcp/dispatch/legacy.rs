//! The three revisions with a handshake: 2025-03-26, 2025-06-18, 2025-11-25.

use super::common;
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use crate::mcp::outcome::Outcome;
use crate::mcp::protocol::jsonrpc;
use crate::mcp::protocol::revision::Revision;
use crate::mcp::protocol::server;
use crate::mcp::tools::{call, list};
use serde_json::{Value, json};

pub(crate) async fn answer<H: Host>(exchange: &Exchange<'_, H>) -> Outcome {
    let request = exchange.request;
    let result = match request.method.as_str() {
        "initialize" => Ok(initialize(exchange).to_string()),
        "ping" => Ok("{}".to_owned()),
        "tools/list" => return list::list(exchange),
        "tools/call" => return call::call(exchange).await,
        _ => match common(exchange) {
            Some(result) => result.map(|result| Value::Object(result).to_string()),
            None => Err(jsonrpc::method_not_found(request)),
        },
    };
    match result {
        Ok(result) => exchange.ok(&result),
        Err(error) => Outcome::Error(error),
    }
}

/// Agrees to a legacy version that the server supports. For any other version it offers the newest legacy version, and
/// the client decides.
fn initialize<H>(exchange: &Exchange<'_, H>) -> Value {
    let revision = exchange
        .request
        .params
        .get("protocolVersion")
        .and_then(Value::as_str)
        .and_then(Revision::parse)
        .filter(|revision| !revision.is_modern())
        .unwrap_or(Revision::NEWEST_LEGACY);
    json!({
        "protocolVersion": revision.name(),
        "capabilities": server::capabilities(exchange.features.views, exchange.features.tasks),
        "serverInfo": server::introduction(exchange.context.config, revision),
        "instructions": server::instructions(exchange.narrowing),
    })
}
