//! Client ID metadata documents (draft-ietf-oauth-client-id-metadata-document): the client id is the URL of a document
//! with the client's metadata, and the host of the URL vouches for the client.
//!
//! A document of any public host is fetched, because many hosts have one for each connection, and a client that sees
//! `client_id_metadata_document_supported` does not register. The operator can restrict the hosts.

use super::built_in;
use super::document_cache;
use super::document_fetch::{self, FAILURE_LIFETIME, FetchError};
use super::document_url;
use super::identity::{Client, ClientAuthentication};
use super::keys::{self, ALGORITHMS, ClientKeys, KeySet};
use super::redirect_uri;
use super::registered::MAX_REDIRECT_URIS;
use crate::app::Context;
use crate::config::Config;
use crate::event::Event;
use crate::host::Host;
use crate::jose::keys::PublicKey;
use crate::text;
use serde_json::Value;
use std::time::Duration;

/// How long a key set at `jwks_uri` is kept, so that a key that was withdrawn stops to work soon.
const KEY_SET_LIFETIME: Duration = Duration::from_secs(300);

/// Why there is no client with an id. All but the first are in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentError {
    /// The id is not the URL of a document that the connector fetches.
    Unknown,
    /// The allow-list of the platform refuses the host of the document.
    Forbidden,
    /// Too many documents were requested. The number is the seconds to wait.
    TooManyRequests(u32),
    /// The host of the document did not answer as it must.
    Unavailable,
    /// The document does not describe a client that can connect.
    Invalid,
}

/// The client with this id: built in, or described by the document at its URL.
///
/// # Errors
/// [`DocumentError`].
pub(super) async fn find<H: Host>(
    context: &Context<'_, H>,
    id: &str,
) -> Result<Client, DocumentError> {
    if let Some(client) = built_in::find(id) {
        return Ok(Client {
            id: id.to_owned(),
            name: client.name.to_owned(),
            redirect_uris: client.redirect_uris.iter().map(|&uri| uri.into()).collect(),
            authentication: ClientAuthentication::None,
            verified_domain: document_url::public_host(id),
        });
    }
    let host = document_url::host_of(id, context.config).ok_or(DocumentError::Unknown)?;
    let document = fetch(context, id, &host, Duration::MAX).await?;
    client(&document, id, &host, context.config).map_err(|cause| {
        document_cache::shorten(id, context.host.now(), FAILURE_LIFETIME);
        reject(context, &host, cause.to_owned(), DocumentError::Invalid)
    })
}

/// Whether this can be the id of a client with a document. `/authorize` has fetched the document before it issued a
/// code, so the token endpoint needs no more for a client without keys.
pub(super) fn is_id(id: &str, config: &Config) -> bool {
    built_in::find(id).is_some() || document_url::host_of(id, config).is_some()
}

/// The keys of a client.
///
/// # Errors
/// [`DocumentError`] if its key set cannot be loaded or used.
pub(super) async fn load_keys<H: Host>(
    context: &Context<'_, H>,
    keys: &ClientKeys,
) -> Result<Vec<PublicKey>, DocumentError> {
    let url = match &keys.set {
        KeySet::Inline(keys) => return Ok(keys.clone()),
        KeySet::At(url) => url,
    };
    let host = document_url::host_of(url, context.config).ok_or(DocumentError::Invalid)?;
    let set = fetch(context, url, &host, KEY_SET_LIFETIME).await?;
    keys::parse_set(&set).map_err(|cause| {
        document_cache::shorten(url, context.host.now(), FAILURE_LIFETIME);
        reject(context, &host, cause.to_owned(), DocumentError::Invalid)
    })
}

/// Lets the cached document and key set of a client expire soon, because a signature did not verify with them: the
/// client may have new keys.
pub(super) fn refresh_soon<H: Host>(context: &Context<'_, H>, id: &str, keys: &ClientKeys) {
    let now = context.host.now();
    document_cache::shorten(id, now, FAILURE_LIFETIME);
    if let KeySet::At(url) = &keys.set {
        document_cache::shorten(url, now, FAILURE_LIFETIME);
    }
}

async fn fetch<H: Host>(
    context: &Context<'_, H>,
    url: &str,
    host: &str,
    max_lifetime: Duration,
) -> Result<Value, DocumentError> {
    let fetched = document_fetch::fetch(context, url, host, max_lifetime).await;
    fetched.map_err(|error| match error {
        FetchError::Forbidden => {
            let cause = "the host's allow-list refuses the address".to_owned();
            reject(context, host, cause, DocumentError::Forbidden)
        }
        FetchError::TooManyRequests(seconds) => {
            let cause = "too many documents were requested".to_owned();
            reject(
                context,
                host,
                cause,
                DocumentError::TooManyRequests(seconds),
            )
        }
        FetchError::Unavailable(cause) => reject(context, host, cause, DocumentError::Unavailable),
    })
}

/// Logs why a document is not used.
fn reject<H: Host>(
    context: &Context<'_, H>,
    host: &str,
    cause: String,
    error: DocumentError,
) -> DocumentError {
    let host = host.to_owned();
    context.log(&Event::ClientMetadataRejected { host, cause });
    error
}

/// The client that a document describes.
pub(super) fn client(
    document: &Value,
    id: &str,
    host: &str,
    config: &Config,
) -> Result<Client, &'static str> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    // The document must name its own URL; otherwise any JSON document with redirect URIs would be accepted.
    if text("client_id") != Some(id) {
        return Err("the document has another client_id");
    }
    let authentication = authentication(document, config)?;
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
        authentication,
        verified_domain: Some(host.to_owned()),
    })
}

/// How the client of a document authenticates. The document is public, so it cannot be by a shared secret (section 4.1
/// of the draft). Without a method the client is a public one.
fn authentication(document: &Value, config: &Config) -> Result<ClientAuthentication, &'static str> {
    // Some serializers write null for a member that the document does not have.
    let member = |name: &str| document.get(name).filter(|value| !value.is_null());
    if member("client_secret").is_some() {
        return Err("the document has a client secret");
    }
    match member("token_endpoint_auth_method") {
        None => return Ok(ClientAuthentication::None),
        Some(method) if method == "none" => return Ok(ClientAuthentication::None),
        Some(method) if method == "private_key_jwt" => {}
        Some(_) => return Err("token_endpoint_auth_method is not none or private_key_jwt"),
    }
    let set = match (member("jwks"), member("jwks_uri")) {
        (Some(set), None) => KeySet::Inline(keys::parse_set(set)?),
        // The document vouches for the keys, wherever they are, so this may be another public host.
        (None, Some(Value::String(url))) if document_url::host_of(url, config).is_some() => {
            KeySet::At(url.clone())
        }
        (None, Some(_)) => return Err("jwks_uri is not a URL that may be fetched"),
        _ => return Err("private_key_jwt needs either jwks or jwks_uri"),
    };
    let algorithm = match member("token_endpoint_auth_signing_alg") {
        None => None,
        Some(Value::String(algorithm)) if ALGORITHMS.contains(&algorithm.as_str()) => {
            Some(algorithm.clone())
        }
        Some(_) => return Err("token_endpoint_auth_signing_alg is not supported"),
    };
    Ok(ClientAuthentication::PrivateKey(ClientKeys {
        set,
        algorithm,
    }))
}

#[cfg(test)]
mod tests;
