//! Dispatches a request by its method: [`legacy`] for revisions with a handshake, [`modern`] for those without.

pub(crate) mod legacy;
pub(crate) mod modern;

use super::content::{prompts, resources};
use super::protocol::jsonrpc::{Request, RpcError};
use super::protocol::revision::Revision;
use serde_json::{Map, Value};

/// Answers the methods that are the same in all revisions; `None` for any other method.
fn common(revision: Revision, request: &Request) -> Option<Result<Map<String, Value>, RpcError>> {
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
