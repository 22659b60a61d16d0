//! Revision 2026-07-28: no handshake; every request carries its version and the client's capabilities.

use super::common;
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use crate::mcp::outcome::Outcome;
use crate::mcp::protocol::envelope::{
    CLIENT_CAPABILITIES, SERVER_INFO, cacheable, complete, declared_version, meta,
};
use crate::mcp::protocol::headers;
use crate::mcp::protocol::jsonrpc::{self, ErrorCode, Request, RpcError};
use crate::mcp::protocol::revision::{Revision, unsupported_version};
use crate::mcp::protocol::server;
use crate::mcp::tasks;
use crate::mcp::tools::{call, list};
use crate::text::excerpt;
use crate::web::status::ErrorStatus;
use http::HeaderMap;
use serde_json::{Map, Value, json};

/// Answers one request that passed [`check`].
pub(crate) async fn answer<H: Host>(exchange: &Exchange<'_, H>) -> Outcome {
    let request = exchange.request;
    let result = match request.method.as_str() {
        "server/discover" => {
            // It depends on what the client declares.
            Ok(complete(cacheable(discover(exchange), "private")).to_string())
        }
        "tools/list" => return list::list(exchange),
        "tools/call" => return call::call(exchange).await,
        "tasks/get" | "tasks/update" | "tasks/cancel" => return tasks::answer(exchange).await,
        method => match common(exchange) {
            Some(result) => result.map(|result| {
                let result = match method {
                    // They depend on the level of the key, and on what the client declares.
                    "prompts/list" | "resources/list" => cacheable(result, "private"),
                    "resources/templates/list" | "resources/read" => cacheable(result, "public"),
                    _ => result,
                };
                complete(result).to_string()
            }),
            None => Err(jsonrpc::method_not_found(request).with_status(ErrorStatus::NOT_FOUND)),
        },
    };
    match result {
        Ok(result) => exchange.ok(&result),
        Err(error) => Outcome::Error(error),
    }
}

/// Checks a request in the order of the specification: `_meta`, version header, version, mirrored headers.
///
/// `accepts_legacy_header` is for clients that declare a modern version in `_meta` and a legacy one in the version
/// header. They may also lack the mirrored headers, which legacy revisions do not have.
///
/// # Errors
/// The first check that fails.
pub(crate) fn check(
    headers: &HeaderMap,
    request: &Request,
    accepts_legacy_header: bool,
) -> Result<Revision, RpcError> {
    let invalid = |text: &str| {
        Err(RpcError::bad_request(
            Some(&request.id),
            ErrorCode::InvalidParams,
            text,
        ))
    };
    let Some(meta) = meta(request) else {
        return invalid(
            "params._meta must be an object with the protocol version and the client's capabilities, because the header MCP-Protocol-Version names 2026-07-28. After initialize, send the version that was agreed there.",
        );
    };
    let Some(version) = declared_version(request).and_then(Value::as_str) else {
        return invalid(
            "params._meta[\"io.modelcontextprotocol/protocolVersion\"] must be a string.",
        );
    };
    if !meta.get(CLIENT_CAPABILITIES).is_some_and(Value::is_object) {
        return invalid(
            "params._meta[\"io.modelcontextprotocol/clientCapabilities\"] must be an object.",
        );
    }
    let has_legacy_header = accepts_legacy_header
        && headers::single(headers, headers::PROTOCOL_VERSION).is_ok_and(|header| {
            header
                .and_then(Revision::parse)
                .is_some_and(Revision::is_legacy)
        });
    if !has_legacy_header {
        headers::check_version(headers, request, version)?;
    }
    // A request that declares its version in `_meta` must declare a modern one.
    let Some(revision) = Revision::parse(version).filter(|revision| revision.is_modern()) else {
        let message = format!(
            "The protocol version {:?} is not supported.",
            excerpt(version, 40)
        );
        return Err(unsupported_version(request, message, version));
    };
    if has_legacy_header {
        headers::check_mirrored_if_present(headers, request)?;
    } else {
        headers::check_mirrored(headers, request)?;
    }
    Ok(revision)
}

fn discover<H>(exchange: &Exchange<'_, H>) -> Map<String, Value> {
    let info = server::introduction(exchange.context.config, exchange.revision);
    Map::from_iter([
        (
            "supportedVersions".to_owned(),
            json!(Revision::ALL.map(Revision::name)),
        ),
        (
            "capabilities".to_owned(),
            server::capabilities(exchange.features.views, exchange.features.tasks),
        ),
        (
            "instructions".to_owned(),
            server::instructions(exchange.narrowing).into(),
        ),
        ("_meta".to_owned(), json!({ SERVER_INFO: info })),
    ])
}
