//! Revision 2026-07-28: no handshake; every request carries its version and the client's capabilities.

use super::common;
use crate::access::resource_url::Narrowing;
use crate::config::Config;
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use crate::mcp::outcome::Outcome;
use crate::mcp::protocol::envelope::{
    CLIENT_CAPABILITIES, PROTOCOL_VERSION, SERVER_INFO, cacheable, complete, meta,
};
use crate::mcp::protocol::headers;
use crate::mcp::protocol::jsonrpc::{self, ErrorCode, Request, RpcError};
use crate::mcp::protocol::revision::Revision;
use crate::mcp::protocol::server;
use crate::mcp::tools::{call, list};
use crate::text::excerpt;
use crate::web::status::ErrorStatus;
use http::HeaderMap;
use serde_json::{Map, Value, json};

/// Whether the request declares a version in `_meta`, which only modern requests do.
pub(crate) fn is_modern(request: &Request) -> bool {
    meta(request).is_some_and(|meta| meta.contains_key(PROTOCOL_VERSION))
}

/// Answers one request that passed [`check`].
pub(crate) async fn answer<H: Host>(exchange: &Exchange<'_, H>) -> Outcome {
    let (request, revision) = (exchange.request, exchange.revision);
    let result = match request.method.as_str() {
        "server/discover" => {
            let discovered = discover(exchange.context.config, exchange.narrowing, revision);
            Ok(complete(cacheable(discovered)).to_string())
        }
        "tools/list" => list::list(exchange),
        "tools/call" => return call::call(exchange).await,
        method => match common(revision, request) {
            Some(result) => result.map(|result| {
                let cached = method.ends_with("/list") || method == "resources/read";
                let result = if cached { cacheable(result) } else { result };
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
/// # Errors
/// The first check that fails.
pub(crate) fn check(headers: &HeaderMap, request: &Request) -> Result<Revision, RpcError> {
    let invalid = |text: &str| {
        Err(RpcError::bad_request(
            Some(&request.id),
            ErrorCode::InvalidParams,
            text,
        ))
    };
    let Some(meta) = meta(request) else {
        return invalid(
            "params._meta must be an object with the protocol version and the client's capabilities.",
        );
    };
    let Some(version) = meta.get(PROTOCOL_VERSION).and_then(Value::as_str) else {
        return invalid(
            "params._meta[\"io.modelcontextprotocol/protocolVersion\"] must be a string.",
        );
    };
    if !meta.get(CLIENT_CAPABILITIES).is_some_and(Value::is_object) {
        return invalid(
            "params._meta[\"io.modelcontextprotocol/clientCapabilities\"] must be an object.",
        );
    }
    headers::check_version(headers, request, version)?;
    // A request that declares its version in `_meta` must declare a modern one.
    let Some(revision) = Revision::parse(version).filter(|revision| revision.is_modern()) else {
        let supported = Revision::ALL.map(Revision::name);
        return Err(RpcError::bad_request(
            Some(&request.id),
            ErrorCode::UnsupportedVersion,
            format!(
                "The protocol version {:?} is not supported.",
                excerpt(version, 40)
            ),
        )
        .with_data(json!({ "supported": supported, "requested": version })));
    };
    headers::check_mirrored(headers, request)?;
    Ok(revision)
}

fn discover(config: &Config, narrowing: Narrowing, revision: Revision) -> Map<String, Value> {
    let info = server::introduction(config, revision);
    Map::from_iter([
        (
            "supportedVersions".to_owned(),
            json!(Revision::ALL.map(Revision::name)),
        ),
        ("capabilities".to_owned(), server::capabilities()),
        (
            "instructions".to_owned(),
            server::instructions(narrowing).into(),
        ),
        ("_meta".to_owned(), json!({ SERVER_INFO: info })),
    ])
}
