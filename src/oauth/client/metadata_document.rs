//! Client ID metadata documents (draft-ietf-oauth-client-id-metadata-document): the client id is the URL of a document
//! with the client's metadata, and the host of the URL vouches for the client.
//!
//! The documents of well-known clients are built in, because some of their hosts refuse requests from data centres.
//! Other documents are fetched only from hosts that the operator listed; the platform's outbound allow-list is a second
//! barrier.

use super::identity::{Client, ClientAuthentication};
use super::redirect_uri;
use super::registered::MAX_REDIRECT_URIS;
use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::text;
use crate::upstream::limits::CLIENT_METADATA;
use crate::web::uri::is_public_host_name;
use crate::web::{json, media_type};
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use serde_json::Value;
use url::Url;

/// The longest client id, in bytes.
const MAX_ID: usize = 500;

/// A client whose document is built in.
struct BuiltIn {
    id: &'static str,
    name: &'static str,
    redirect_uris: &'static [&'static str],
}

/// The documents as they were published on 2026-11-22.
const BUILT_IN: [BuiltIn; 6] = [
    BuiltIn {
        id: "https://claude.ai/oauth/mcp-oauth-client-metadata",
        name: "Claude",
        redirect_uris: &["https://claude.ai/api/mcp/auth_callback"],
    },
    BuiltIn {
        id: "https://claude.ai/oauth/claude-code-client-metadata",
        name: "Claude Code",
        redirect_uris: &["http://localhost/callback", "http://127.0.0.1/callback"],
    },
    BuiltIn {
        id: "https://chatgpt.com/oauth/client.json",
        name: "ChatGPT",
        redirect_uris: &["https://chatgpt.com/connector_platform_oauth_redirect"],
    },
    BuiltIn {
        id: "https://chatgpt.com/oauth/codex/client.json",
        name: "Codex",
        redirect_uris: &[
            "http://localhost/callback",
            "http://127.0.0.1/callback",
            "http://[::1]/callback",
        ],
    },
    BuiltIn {
        id: "https://vscode.dev/oauth/client-metadata.json",
        name: "Visual Studio Code",
        redirect_uris: &["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
    },
    BuiltIn {
        id: "https://zed.dev/oauth/client-metadata.json",
        name: "Zed",
        redirect_uris: &["http://127.0.0.1/callback"],
    },
];

/// The client with this id: built in, or fetched if its host is listed.
pub(super) async fn find<H: Host>(context: &Context<'_, H>, id: &str) -> Option<Client> {
    let host = vouching_host(context, id)?;
    if let Some(built_in) = BUILT_IN.iter().find(|client| client.id == id) {
        return Some(Client {
            id: id.to_owned(),
            name: built_in.name.to_owned(),
            redirect_uris: built_in
                .redirect_uris
                .iter()
                .map(|uri| (*uri).to_owned())
                .collect(),
            authentication: ClientAuthentication::None,
            verified_domain: Some(host),
            proves_identity: false,
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

/// The host of a client id, if the client is built in or its host is listed. All such clients are public, so the token
/// endpoint needs no more than this.
pub(super) fn vouching_host<H: Host>(context: &Context<'_, H>, id: &str) -> Option<String> {
    let host = host_of(id)?;
    let known = BUILT_IN.iter().any(|client| client.id == id)
        || context.config.client_metadata_hosts.contains(&host);
    known.then_some(host)
}

/// The host of a URL that can be a client id: https, with a path, without user name, port, query and fragment, and
/// already in its normal form.
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
    host: String,
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
    let document = json::parse(response.body()).map_err(|error| error.message)?;
    Ok(client(&document, id, host)?)
}

/// The client that a document describes.
fn client(document: &Value, id: &str, host: String) -> Result<Client, &'static str> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    // The document must name its own URL; otherwise any JSON document with redirect URIs would be accepted.
    if text("client_id") != Some(id) {
        return Err("the document has another client_id");
    }
    // The document is public, so a client cannot have a shared secret (section 4.1 of the draft).
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
        verified_domain: Some(host),
        proves_identity: false,
    })
}

#[cfg(test)]
mod tests;
