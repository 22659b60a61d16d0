//! The keys that a person has already: the older keys of an app are listed, so that a new approval can replace them
//! (`docs/PORTAL-CONTRACT.md`). A portal need not offer this.

use crate::app::Context;
use crate::config::Portal;
use crate::event::Event;
use crate::host::Host;
use crate::secret::Secret;
use crate::upstream::limits::{BACKGROUND, KEY_LIST};
use crate::upstream::request::with_bearer;
use chrono::{DateTime, Utc};
use http::{Method, StatusCode};
use serde_json::Value;

/// The largest number of listed keys that are read.
const MAX_READ: usize = 200;
/// The largest number of keys of one app that are returned.
pub(crate) const MAX_KEYS: usize = 50;
/// The longest id of a key, in characters.
pub(crate) const MAX_ID: usize = 64;

/// A key that was minted for an earlier approval of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OlderKey {
    /// Letters, digits, `-` and `_`, so that it is a segment of a path as it is.
    pub(crate) id: String,
    pub(crate) reads_only: bool,
    /// The last four characters; empty if the portal does not say.
    pub(crate) last_four: String,
    pub(crate) last_used: Option<DateTime<Utc>>,
    created: Option<DateTime<Utc>>,
}

/// The keys that have the name and the environment of keys minted for an app, the least recently used first. Keys of
/// another name are left out. If the portal does not list keys, there are none, and the log says why.
pub(crate) async fn of_app<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    access_token: &Secret,
    name: &str,
) -> Vec<OlderKey> {
    match list(context, portal, access_token).await {
        Ok(body) => of_name(&body, name),
        Err(cause) => {
            context.log(&Event::KeyListFailed { cause });
            Vec::new()
        }
    }
}

/// What the portal answers when it is asked for the keys of a person.
///
/// # Errors
/// A text for the log.
pub(super) async fn list<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    access_token: &Secret,
) -> Result<Value, String> {
    let request = with_bearer(Method::GET, &portal.keys_url, access_token, None);
    let request = request.ok_or("the portal's access token is not valid in a header")?;
    let answer = context.send(request, &KEY_LIST).await;
    let answer = answer.map_err(|error| error.to_string())?;
    match answer.response.status() {
        StatusCode::OK => serde_json::from_slice(answer.response.body())
            .map_err(|_| "the portal's list of keys is too long or not JSON".to_owned()),
        status => Err(format!("the portal answered {status}")),
    }
}

fn of_name(body: &Value, name: &str) -> Vec<OlderKey> {
    let rows = body["data"].as_array().map_or(&[][..], Vec::as_slice);
    let rows = rows.iter().take(MAX_READ);
    let rows = rows.filter(|row| row["name"] == name && row["environment"] == "production");
    let mut keys: Vec<OlderKey> = rows.filter_map(key).collect();
    keys.sort_by_key(|key| key.last_used.or(key.created));
    keys.truncate(MAX_KEYS);
    keys
}

/// A row of the list; `None` if the connector could not have minted a key like that, or could not delete it.
fn key(row: &Value) -> Option<OlderKey> {
    let id = row["id"].as_str()?;
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    // `current` stands for the key that authenticates a request.
    if !(1..=MAX_ID).contains(&id.len()) || !id.bytes().all(is_safe) || id == "current" {
        return None;
    }
    let scopes = row["scopes"].as_array()?;
    let reads_only = match scopes.as_slice() {
        [scope] if scope == "read" => true,
        [scope] if scope == "*" => false,
        _ => return None,
    };
    let last_four = row["last_four"].as_str().unwrap_or_default();
    let is_ending = last_four.len() == 4 && last_four.bytes().all(|b| b.is_ascii_alphanumeric());
    let time = |name: &str| {
        let time = DateTime::parse_from_rfc3339(row[name].as_str()?).ok()?;
        Some(time.to_utc())
    };
    Some(OlderKey {
        id: id.to_owned(),
        reads_only,
        last_four: if is_ending { last_four } else { "" }.to_owned(),
        last_used: time("last_used_at"),
        created: time("created_at"),
    })
}

/// Deletes a key of the person. A key that no longer exists counts as deleted.
///
/// # Errors
/// A text for the log: the key may still work.
pub(crate) async fn delete<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    access_token: &Secret,
    id: &str,
) -> Result<(), String> {
    let url = format!("{}/{id}", portal.keys_url);
    let request = with_bearer(Method::DELETE, &url, access_token, None);
    let request = request.ok_or("the key's id is not valid in a URL")?;
    let answer = context.send(request, &BACKGROUND).await;
    match answer.map_err(|error| error.to_string())?.response.status() {
        StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
        status if status.is_success() => Ok(()),
        status => Err(format!("the portal answered {status}")),
    }
}

#[cfg(test)]
mod tests;
