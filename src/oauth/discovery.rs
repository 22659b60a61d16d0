//! Discovery: protected resource metadata (RFC 9728) and authorization server metadata (RFC 8414).
//!
//! Every URL comes from the configuration. The headers Host and X-Forwarded-* come from the client and are ignored.

use crate::access::resource_url::ResourceUrl;
use crate::access::scope::{self, SCOPES_SUPPORTED};
use crate::config::Config;
use crate::oauth::client::keys::ALGORITHMS;
use crate::web::reply::{self, Reply};
use http::{StatusCode, header};
use serde_json::{Value, json};

/// How clients may authenticate (RFC 7591, section 2; OpenID Connect Core 1.0, section 9).
const AUTH_METHODS: [&str; 4] = [
    "none",
    "client_secret_post",
    "client_secret_basic",
    "private_key_jwt",
];

/// Answers with the protected resource metadata (RFC 9728, section 3). Path and query end like those of the resource
/// (section 3.1). A query that the MCP endpoint refuses has no metadata.
pub(crate) fn protected_resource(config: &Config, path: &str, query: &str) -> Reply {
    match ResourceUrl::parse(query) {
        Ok(resource) => cached(&protected_resource_metadata(config, &resource.at(path))),
        Err(error) => {
            let body = json!({ "error": "not_found", "error_description": error.0 });
            reply::json(StatusCode::NOT_FOUND, body.to_string())
        }
    }
}

/// Answers with the authorization server metadata (RFC 8414, section 3).
pub(crate) fn authorization_server(config: &Config) -> Reply {
    cached(&authorization_server_metadata(config))
}

/// Answers a client that looks for an OpenID provider (OpenID Connect Discovery 1.0, section 4). The connector is none:
/// it has no ID tokens, which a valid document would have to describe. After a 404, clients go on to RFC 8414.
pub(crate) fn no_openid_provider() -> Reply {
    reply::json(
        StatusCode::NOT_FOUND,
        r#"{"error":"not_found","error_description":"This is not an OpenID provider. The OAuth metadata is at /.well-known/oauth-authorization-server."}"#,
    )
}

fn cached(document: &Value) -> Reply {
    let mut reply = reply::json(StatusCode::OK, document.to_string());
    reply::set(&mut reply, header::CACHE_CONTROL, "public, max-age=300");
    reply
}

/// The member `resource` is the URL as the client wrote it, because some clients compare it as text with the URL that
/// they connect to.
fn protected_resource_metadata(config: &Config, resource: &ResourceUrl) -> Value {
    json!({
        "resource": resource.applied_to(&config.resource),
        "authorization_servers": [config.public_url],
        "scopes_supported": scope::of_resource(resource.narrowing).split(' ').collect::<Vec<_>>(),
        "bearer_methods_supported": ["header"],
        "resource_name": "TokPortal",
        "resource_documentation": "https://developers.tokportal.com",
    })
}

/// If the operator restricts the hosts of client metadata documents, support is not announced: a client whose document
/// would be refused must know that it has to register.
fn authorization_server_metadata(config: &Config) -> Value {
    let at = |path: &str| format!("{}{path}", config.public_url);
    json!({
        "issuer": config.public_url,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "registration_endpoint": at("/register"),
        "revocation_endpoint": at("/revoke"),
        "scopes_supported": SCOPES_SUPPORTED,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "authorization_response_iss_parameter_supported": true,
        "client_id_metadata_document_supported": config.client_metadata_hosts.is_empty(),
        "service_documentation": "https://developers.tokportal.com",
    })
}
