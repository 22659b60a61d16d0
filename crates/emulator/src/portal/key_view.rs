//! Keys and log rows in the words of the pages.

use crate::store::keys::Key;
use crate::store::log::Entry;
use crate::time::readable;

/// A key on a page.
#[derive(Debug)]
pub(super) struct KeyView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) environment: String,
    pub(super) live: bool,
    key: Key,
}

impl KeyView {
    /// A key as it is at a moment.
    pub(super) fn new(key: Key, now: i64) -> Self {
        Self {
            id: key.id.clone(),
            name: key.name.clone(),
            environment: key.environment.clone(),
            live: key.is_live(now),
            key,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.key.allows("write")
    }

    pub(super) fn level(&self) -> &'static str {
        match (self.key.allows("read"), self.key.allows("write")) {
            (_, false) => "Read-only",
            (true, true) => "Full access",
            (false, true) => "Write-only",
        }
    }

    pub(super) fn created(&self) -> String {
        readable(self.key.created_at)
    }

    pub(super) fn expires(&self) -> Option<String> {
        self.key.expires_at.map(readable)
    }

    pub(super) fn last_used(&self) -> String {
        self.key
            .last_used_at
            .map_or_else(|| "Never".to_owned(), readable)
    }

    pub(super) fn last_app(&self) -> &str {
        self.key.last_client.as_deref().unwrap_or("–")
    }

    /// How the key stands.
    pub(super) fn end(&self) -> String {
        match (self.key.revoked_at, self.live) {
            (Some(at), _) => format!("Revoked {}", readable(at)),
            (None, false) => "Expired".to_owned(),
            (None, true) => "Live".to_owned(),
        }
    }

    /// What revoking would interrupt.
    pub(super) fn use_sentence(&self) -> String {
        match (self.key.last_used_at, self.key.last_client.as_deref()) {
            (None, _) => "It has not been used yet.".to_owned(),
            (Some(at), None) => format!("It was last used on {} UTC.", readable(at)),
            (Some(at), Some(client)) => {
                format!("It was last used on {} UTC, by {client}.", readable(at))
            }
        }
    }
}

/// One row of the request log on a page.
#[derive(Debug)]
pub(super) struct EntryView {
    pub(super) time: String,
    pub(super) tool: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) status: i64,
    pub(super) app: String,
    pub(super) request_id: String,
}

impl EntryView {
    pub(super) fn new(entry: Entry) -> Self {
        Self {
            time: readable(entry.at),
            tool: tool_name(&entry.operation),
            method: entry.method,
            path: entry.path,
            status: entry.status,
            app: entry.client.unwrap_or_else(|| "–".to_owned()),
            request_id: entry.request_id,
        }
    }

    pub(super) fn failed(&self) -> bool {
        self.status >= 400
    }
}

/// The tool an operation is called by: `getCreditBalance` is `tokportal_get_credit_balance`.
fn tool_name(operation: &str) -> String {
    let mut name = "tokportal_".to_owned();
    for letter in operation.chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
