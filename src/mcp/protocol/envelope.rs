//! The members that modern requests and results (2026-07-28) have in common: `_meta`, result types, cache hints.

use super::jsonrpc::Request;
use super::server;
use crate::web::trace_context::TraceContext;
use http::HeaderMap;
use serde_json::{Map, Value, json};

/// Key of the protocol version in `_meta`.
pub(crate) const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// Key of the client's capabilities in `_meta`.
pub(crate) const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
/// Key of the client's description of itself in `_meta`.
const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";
/// Key of the server's description in `_meta`.
pub(crate) const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// How long lists and discovery stay fresh, in milliseconds. They change with a release, and `tools/list`
/// also with the level of the key.
pub(crate) const TTL_MS: u64 = 300_000;

/// The `_meta` of a request.
pub(crate) fn meta(request: &Request) -> Option<&Map<String, Value>> {
    request.params.get("_meta")?.as_object()
}

/// The version that a request declares in `_meta`; only modern requests do. Null counts as left out.
pub(crate) fn declared_version(request: &Request) -> Option<&Value> {
    meta(request)?
        .get(PROTOCOL_VERSION)
        .filter(|version| !version.is_null())
}

/// What a modern request says about its client.
pub(super) fn client_info(request: &Request) -> Option<&Value> {
    meta(request)?.get(CLIENT_INFO)
}

/// The name that a modern request gives its client.
pub(crate) fn client_name(request: &Request) -> Option<&str> {
    client_info(request)?.get("name")?.as_str()
}

/// The trace of a request: the one in `_meta`, or else that of the HTTP request. The members have no prefix, and clients
/// of all revisions send them (SEP-414). `baggage` is not passed on, because it may say something about a person.
pub(crate) fn trace_context(headers: &HeaderMap, request: &Request) -> Option<TraceContext> {
    let member = |name| meta(request)?.get(name)?.as_str();
    member("traceparent")
        .and_then(|parent| TraceContext::parse(parent, member("tracestate").unwrap_or_default()))
        .or_else(|| TraceContext::of_headers(headers))
}

/// Adds the cache hints of a result: `scope` is `public` if it is the same for every caller, else `private`.
pub(crate) fn cacheable(mut result: Map<String, Value>, scope: &str) -> Map<String, Value> {
    result.insert("ttlMs".to_owned(), TTL_MS.into());
    result.insert("cacheScope".to_owned(), scope.into());
    result
}

/// Adds the members that every modern result has; its type is `complete` unless the result has another one.
pub(crate) fn complete(mut result: Map<String, Value>) -> Value {
    result
        .entry("resultType")
        .or_insert_with(|| "complete".into());
    let meta = result.entry("_meta").or_insert_with(|| json!({}));
    if meta.get(SERVER_INFO).is_none() {
        meta[SERVER_INFO] = json!(server::INFO);
    }
    Value::Object(result)
}
