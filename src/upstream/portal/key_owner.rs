//! Whose key it is. The portal tells the id of a key to its holder, and the ids of all keys of a person to the person who
//! signed in (`docs/PORTAL-CONTRACT.md`).

use super::{keys, older_keys};
use crate::app::Context;
use crate::config::Portal;
use crate::host::Host;
use crate::secret::{ApiKey, Secret};
use http::StatusCode;
use serde_json::Value;

/// What the portal says about a key to its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyId {
    Known {
        id: String,
        /// May be empty.
        name: String,
    },
    /// The portal no longer accepts the key.
    Rejected,
}

/// The id of a key.
///
/// # Errors
/// A text for the log when the portal does not tell it.
pub(crate) async fn id<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    key: &ApiKey,
) -> Result<KeyId, String> {
    let answer = keys::introspect(context, &portal.keys_url, key).await;
    let answer = answer.map_err(|error| error.to_string())?.response;
    match answer.status() {
        StatusCode::UNAUTHORIZED => Ok(KeyId::Rejected),
        StatusCode::OK => {
            let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
            let text = |member| body.pointer(member).and_then(Value::as_str);
            let name = text("/data/name").unwrap_or_default().to_owned();
            text("/data/id")
                .map(|id| KeyId::Known {
                    id: id.to_owned(),
                    name,
                })
                .ok_or_else(|| "the portal answered about the key without its id".to_owned())
        }
        status => Err(format!("the portal answered {status} about the key")),
    }
}

/// Whether a key with this id belongs to the person whose access token this is.
///
/// # Errors
/// A text for the log when the portal does not list the keys of the person.
pub(crate) async fn owns<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    access_token: &Secret,
    key_id: &str,
) -> Result<bool, String> {
    let body = older_keys::list(context, portal, access_token).await?;
    let rows = body.get("data").and_then(Value::as_array);
    let rows = rows.ok_or("the portal's list of keys has no data")?;
    let id = |row: &Value| row.get("id").and_then(Value::as_str) == Some(key_id);
    Ok(rows.iter().any(id))
}
