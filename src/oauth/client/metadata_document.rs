//! Client-id metadata documents (draft-ietf-oauth-client-id-metadata-document): the id is the address of the client's
//! metadata, and the host of the address vouches for it.
//!
//! Documents of well-known clients are built in, because some of their hosts refuse requests from data centres. Others
//! are fetched only from hosts that the operator listed; the platform's outbound allow-list is the second wall.

use super::identity::{Client, ClientAuthentication};
use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::oauth::client::redirect_uri;
use crate::oauth::client::registered::MAX_REDIRECT_URIS;
use crate::text;
use crate::upstream::limits::CLIENT_METADATA;
use crate::web::json;
use crate::web::media_type;
use crate::web::uri::is_public_host_name;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use serde_json::Value;
use url::Url;

/// The longest address.
const MAX_ID: usize = 500;

struct Pinned {
    id: &'static str,
    name: &'static str,
    redirect_uris: &'static [&'static str],
}

/// As published on 2026-11-22.
const PINNED: [Pinned; 6] = [
    Pinned {
        id: "https://claude.ai/oauth/mcp-oauth-client-metadata",
        name: "Claude",
        redirect_uris: &["https://claude.ai/api/mcp/auth_callback"],
    },
    Pinned {
        id: "https://claude.ai/oauth/claude-code-client-metadata",
        name: "Claude Code",
        redirect_uris: &["http://localhost/callback", "http://127.0.0.1/callback"],
    },
    Pinned {
        id: "https://chatgpt.com/oauth/client.json",
        name: "ChatGPT",
        redirect_uris: &["https://chatgpt.com/connector_platform_oauth_redirect"],
    },
    Pinned {
        id: "https://chatgpt.com/oauth/codex/client.json",
        name: "Codex",
        redirect_uris: &[
            "http://localhost/callback",
            "http://127.0.0.1/callback",
            "http://[::1]/callback",
        ],
    },
    Pinned {
        id: "https://vscode.dev/oauth/client-metadata.json",
        name: "Visual Studio Code",
        redirect_uris: &["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
    },
    Pinned {
        id: "https://zed.dev/oauth/client-metadata.json",
        name: "Zed",
        redirect_uris: &["http://127.0.0.1/callback"],
    },
];

/// The client of a metadata address: built in, or fetched if its host is listed.
pub(crate) async fn find<H: Host>(context: &Context<'_, H>, id: &str) -> Option<Client> {
    let host = vouching_host(context, id)?;
    if let Some(pinned) = PINNED.iter().find(|pinned| pinned.id == id) {
        return Some(Client {
            id: id.to_owned(),
            name: pinned.name.to_owned(),
            redirect_uris: pinned
                .redirect_uris
                .iter()
                .map(|uri| (*uri).to_owned())
                .collect(),
            authentication: ClientAuthentication::None,
            verified_domain: Some(host),
        });
    }
    let fetched = fetch(context, id, host).await;
    fetched
        .inspect_err(|cause| {
            context.log(&Event::ClientMetadataRejected {
                cause: cause.clone(),
            });
        })
        .ok()
}

/// The host that vouches for an id, if the id is built in or may be fetched. All such clients are public, so this is
/// all the token endpoint needs to know.
pub(crate) fn vouching_host<H: Host>(context: &Context<'_, H>, id: &str) -> Option<String> {
    let host = host_of(id)?;
    let known = PINNED.iter().any(|pinned| pinned.id == id)
        || context.config.client_metadata_hosts.contains(&host);
    known.then_some(host)
}

/// The host of an address that can be a client id: https with a path; no user name, port, query or fragment, and no
/// second way to write it.
fn host_of(id: &str) -> Option<String> {
    if id.len() > MAX_ID || id.contains('@') {
        return None;
    }
    let url = Url::parse(id).ok()?;
    let host = url.host_str()?;
    let plain = url.scheme() == "https"
        && url.as_str() == id
        && url.path() != "/"
        && url.port().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    (plain && is_public_host_name(host)).then(|| host.to_owned())
}

async fn fetch<H: Host>(
    context: &Context<'_, H>,
    id: &str,
    domain: String,
) -> Result<Client, String> {
    let mut request = Request::get(id)
        .body(Bytes::new())
        .map_err(|error| error.to_string())?;
    request
        .headers_mut()
        .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let answer = context
        .send(request, &CLIENT_METADATA)
        .await
        .map_err(|error| error.to_string())?;
    let response = answer.response;
    if answer.truncated {
        return Err("the document is too large".to_owned());
    }
    if response.status() != StatusCode::OK {
        return Err(format!("the answer is {}", response.status()));
    }
    if !media_type::is_json(&media_type::of(response.headers())) {
        return Err("the answer is not JSON".to_owned());
    }
    let document = json::parse(response.body()).map_err(|error| error.0)?;
    Ok(client(&document, id, domain)?)
}

/// The client that a document describes.
fn client(document: &Value, id: &str, domain: String) -> Result<Client, &'static str> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    // The document must name its own URL; otherwise any JSON with redirect URIs would do.
    if text("client_id") != Some(id) {
        return Err("the document has another client_id");
    }
    // A secret in a public document is not a secret (draft, section 4.1).
    let method = document.get("token_endpoint_auth_method");
    let has_secret = document.get("client_secret").is_some()
        || method.is_some_and(|method| {
            let method = method.as_str();
            method.is_none_or(|method| method.starts_with("client_secret"))
        });
    if has_secret {
        return Err("the document has a client secret");
    }
    let uris = document.get("redirect_uris").and_then(Value::as_array);
    let uris = uris.ok_or("the document has no redirect_uris")?;
    if uris.len() > MAX_REDIRECT_URIS {
        return Err("the document has too many redirect_uris");
    }
    let redirect_uris: Vec<String> = uris
        .iter()
        .filter_map(Value::as_str)
        .filter(|uri| redirect_uri::kind(uri).is_some())
        .map(str::to_owned)
        .collect();
    if redirect_uris.is_empty() {
        return Err("no redirect URI of the document can be used");
    }
    Ok(Client {
        id: id.to_owned(),
        name: text::display_name(text("client_name").unwrap_or_default(), text::NAME_LIMIT),
        redirect_uris,
        authentication: ClientAuthentication::None,
        verified_domain: Some(domain),
    })
}

#[cfg(test)]
mod tests;
