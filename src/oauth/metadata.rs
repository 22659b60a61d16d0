//! Discovery: protected resource metadata (RFC 9728) and authorization server metadata (RFC 8414).
//!
//! Every address comes from the configuration. Host and X-Forwarded-* headers are the client's word and change nothing.

use crate::credentials::{SCOPES_SUPPORTED, scopes};
use crate::host::config::{Config, MCP_PATH};
use crate::mcp::variant::Address;
use crate::reply::{self, Reply};
use http::{StatusCode, header};
use serde_json::json;

/// Where the documents are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// RFC 9728, section 3.
    ProtectedResource,
    /// RFC 8414, section 3; the same document stands where OpenID Connect Discovery looks.
    AuthorizationServer,
}

impl Document {
    /// The document at a path: at the well-known place of the origin, with the path of the MCP endpoint after it, or
    /// with the well-known part after the path, as OpenID Connect Discovery has it.
    pub fn at(path: &str) -> Option<Self> {
        let name = match path.strip_prefix("/.well-known/") {
            Some(rest) => rest.strip_suffix(MCP_PATH).unwrap_or(rest),
            None => path.strip_prefix(MCP_PATH)?.strip_prefix("/.well-known/")?,
        };
        match name {
            "oauth-protected-resource" => Some(Self::ProtectedResource),
            "oauth-authorization-server" | "openid-configuration" => {
                Some(Self::AuthorizationServer)
            }
            _ => None,
        }
    }

    /// The document. The query is that of the resource (RFC 9728, section 3.1); an address that the endpoint would refuse
    /// has no document.
    pub fn reply(self, config: &Config, query: &str) -> Reply {
        let body = match self {
            Self::ProtectedResource => match Address::parse(query) {
                Ok(address) => protected_resource(config, &address),
                Err(unusable) => {
                    let body = json!({ "error": "not_found", "error_description": unusable.0 });
                    return reply::json(StatusCode::NOT_FOUND, body.to_string());
                }
            },
            Self::AuthorizationServer => authorization_server(config),
        };
        let mut reply = reply::json(StatusCode::OK, body.to_string());
        reply::set(&mut reply, header::CACHE_CONTROL, "public, max-age=300");
        reply
    }
}

/// The resource is named as it was asked for: some clients compare it with the address they were given, as text.
fn protected_resource(config: &Config, address: &Address) -> serde_json::Value {
    json!({
        "resource": address.after(&config.resource),
        "authorization_servers": [config.public_url],
        "scopes_supported": scopes(address.variant).split(' ').collect::<Vec<_>>(),
        "bearer_methods_supported": ["header"],
        "resource_name": "TokPortal",
        "resource_documentation": "https://developers.tokportal.com",
    })
}

fn authorization_server(config: &Config) -> serde_json::Value {
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
        "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
        "revocation_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
        "authorization_response_iss_parameter_supported": true,
        "client_id_metadata_document_supported": true,
        "service_documentation": "https://developers.tokportal.com",
    })
}
