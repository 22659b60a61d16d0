//! Revision 2026-07-28: no handshake, every request carries its version and the client's capabilities.

use super::endpoint::Outcome;
use super::headers;
use super::jsonrpc::{self, INVALID_PARAMS, Request, RpcError, UNSUPPORTED_VERSION};
use super::revision::Revision;
use super::variant::Variant;
use super::{legacy, server, tools};
use crate::Connector;
use crate::credentials::Credential;
use crate::host::Host;
use crate::host::config::Config;
use crate::reply::excerpt;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// Key of the client's capabilities in `_meta`.
pub const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// How long lists and discovery stay fresh, in milliseconds: they change with a release only.
pub const TTL_MS: u64 = 300_000;

/// Whether the request declares a version in `_meta`, which only modern requests do.
pub fn is_modern(request: &Request) -> bool {
    meta(request).is_some_and(|meta| meta.contains_key(VERSION))
}

/// Answers one request.
pub async fn answer<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    variant: Variant,
    headers: &HeaderMap,
    request: Request,
) -> Outcome {
    let revision = match check(headers, &request) {
        Ok(revision) => revision,
        Err(error) => return Outcome::Error(error),
    };
    let result = match request.method.as_str() {
        "server/discover" => {
            let discovered = discover(&connector.config, variant, revision);
            Ok(complete(cacheable(discovered)).to_string())
        }
        "tools/list" => tools::list(&connector.config, caller, variant, revision, &request),
        "tools/call" => return tools::call(connector, caller, variant, revision, request).await,
        method => match legacy::lookup(revision, &request) {
            Some(result) => result.map(|result| {
                let cached = method.ends_with("/list") || method == "resources/read";
                let result = if cached { cacheable(result) } else { result };
                complete(result).to_string()
            }),
            None => Err(RpcError {
                status: StatusCode::NOT_FOUND,
                ..jsonrpc::method_not_found(&request)
            }),
        },
    };
    match result {
        Ok(result) => Outcome::Response(jsonrpc::success(&request.id, &result)),
        Err(error) => Outcome::Error(error),
    }
}

/// The checks in the order of the specification: `_meta`, version header, version, mirrored headers.
fn check(headers: &HeaderMap, request: &Request) -> Result<Revision, RpcError> {
    let invalid = |text: &str| {
        Err(RpcError::bad_request(
            Some(&request.id),
            INVALID_PARAMS,
            text,
        ))
    };
    let Some(meta) = meta(request) else {
        return invalid(
            "params._meta must be an object with the protocol version and the client's capabilities.",
        );
    };
    let Some(version) = meta.get(VERSION).and_then(Value::as_str) else {
        return invalid(
            "params._meta[\"io.modelcontextprotocol/protocolVersion\"] must be a string.",
        );
    };
    if !meta.get(CAPABILITIES).is_some_and(Value::is_object) {
        return invalid(
            "params._meta[\"io.modelcontextprotocol/clientCapabilities\"] must be an object.",
        );
    }
    headers::check_version(headers, request, version)?;
    // A legacy version in `_meta` is one that is not spoken in this way.
    let Some(revision) = Revision::parse(version).filter(|revision| revision.is_modern()) else {
        let supported = Revision::ALL.map(Revision::name);
        return Err(RpcError::bad_request(
            Some(&request.id),
            UNSUPPORTED_VERSION,
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

fn discover(config: &Config, variant: Variant, revision: Revision) -> Map<String, Value> {
    let mut result = Map::new();
    result.insert(
        "supportedVersions".to_owned(),
        json!(Revision::ALL.map(Revision::name)),
    );
    result.insert("capabilities".to_owned(), server::capabilities());
    result.insert(
        "instructions".to_owned(),
        server::instructions(variant).into(),
    );
    let info = server::introduction(config, revision);
    result.insert("_meta".to_owned(), json!({ SERVER_INFO: info }));
    result
}

/// Adds the caching hints of a result that is the same for everybody.
fn cacheable(mut result: Map<String, Value>) -> Map<String, Value> {
    result.insert("ttlMs".to_owned(), TTL_MS.into());
    result.insert("cacheScope".to_owned(), "public".into());
    result
}

/// Adds what every modern result has: it is the whole answer, unless it says otherwise itself.
pub fn complete(mut result: Map<String, Value>) -> Value {
    result
        .entry("resultType")
        .or_insert_with(|| "complete".into());
    let meta = result.entry("_meta").or_insert_with(|| json!({}));
    if meta.get(SERVER_INFO).is_none() {
        meta[SERVER_INFO] = json!(server::INFO);
    }
    Value::Object(result)
}

fn meta(request: &Request) -> Option<&Map<String, Value>> {
    request.params.get("_meta")?.as_object()
}
