//! Which client sent a request. Nothing is remembered between requests, so each one is asked again.

use super::envelope::client_info;
use super::jsonrpc::Request;
use crate::web::client_name::ClientName;
use http::HeaderMap;
use serde_json::Value;

/// The client by its own description, which modern requests have in `_meta` and earlier clients send with `initialize`,
/// else by its `User-Agent`.
pub(crate) fn client(headers: &HeaderMap, request: &Request) -> Option<ClientName> {
    let of_meta = client_info(request);
    let info = match request.method.as_str() {
        "initialize" => of_meta.or_else(|| request.params.get("clientInfo")),
        _ => of_meta,
    };
    let described = info.and_then(|info| {
        let version = info.get("version").and_then(Value::as_str);
        ClientName::new(info.get("name")?.as_str()?, version.unwrap_or_default())
    });
    described.or_else(|| ClientName::of_user_agent(headers))
}
