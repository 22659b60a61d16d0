//! Dispatches a request by its method: [`legacy`] for revisions with a handshake, [`modern`] for those without.

pub(crate) mod legacy;
pub(crate) mod modern;

use super::content::shown::Shown;
use super::content::{prompts, resources};
use super::exchange::Exchange;
use super::protocol::jsonrpc::RpcError;
use serde_json::{Map, Value};

/// Answers the methods that are the same in all revisions; `None` for any other method.
fn common<H>(exchange: &Exchange<'_, H>) -> Option<Result<Map<String, Value>, RpcError>> {
    let request = exchange.request;
    let shown = Shown {
        narrowing: exchange.narrowing,
        level: exchange.caller.level,
    };
    Some(match request.method.as_str() {
        "prompts/list" => Ok(prompts::list(shown)),
        "prompts/get" => prompts::get(shown, request),
        "completion/complete" => prompts::complete(shown, request),
        "resources/list" => Ok(resources::list(exchange.features.views)),
        "resources/templates/list" => Ok(resources::templates()),
        "resources/read" => resources::read(exchange.revision, request),
        _ => return None,
    })
}
