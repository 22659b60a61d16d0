//! The deployment: the version and the configuration that answer requests.
//!
//! A component has no start-up, and many hosts make a new instance for each request. One row in the store remembers which
//! deployments were logged, so that each leaves one line. The same row shows whether the store keeps what is written.

use crate::app::Context;
use crate::config::{Config, SignIn};
use crate::digest::sha256_hex;
use crate::event::{Event, Started};
use crate::host::{Host, StoreError};
use serde::{Deserialize, Serialize};

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Name of the row.
const STARTED: &str = "started";
/// The counter that elects the request that logs a deployment. It is deleted after the election.
const ELECTION: &str = "started-election";
/// Every so many candidates there is another leader, in case the first one stopped before it wrote the row.
const CANDIDATES: i64 = 1_000;
/// How many deployments the row remembers. While an update is rolled out, two of them answer in turn.
const REMEMBERED: usize = 8;
/// Seconds after which a deployment that takes over again is logged again, such as after a step back.
const LOGGED_AGAIN_AFTER: u64 = 600;

/// The row. The deployment that was logged last comes first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Row {
    deployments: Vec<Deployment>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Deployment {
    fingerprint: String,
    /// When it was logged, in Unix seconds.
    at: u64,
}

impl Row {
    async fn read(host: &impl Host) -> Result<Option<Self>, StoreError> {
        // A row that cannot be read is one of another version, and is replaced.
        let row = host.get(STARTED).await?;
        Ok(row.map(|bytes| serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// Whether this deployment needs no new line.
    fn has(&self, fingerprint: &str, now: u64) -> bool {
        let is_known = |deployment: &Deployment| deployment.fingerprint == fingerprint;
        self.deployments.first().is_some_and(is_known)
            || self.deployments.iter().any(|deployment| {
                is_known(deployment) && now < deployment.at.saturating_add(LOGGED_AGAIN_AFTER)
            })
    }

    async fn add(mut self, host: &impl Host, fingerprint: &str, at: u64) -> Result<(), StoreError> {
        self.deployments
            .retain(|known| known.fingerprint != fingerprint);
        let fingerprint = fingerprint.to_owned();
        self.deployments.insert(0, Deployment { fingerprint, at });
        self.deployments.truncate(REMEMBERED);
        let bytes = super::row(&self)?;
        host.set(STARTED, &bytes).await
    }
}

/// Logs [`Event::Started`] if this deployment has not been logged, and returns whether an earlier request had written the
/// row. Where counters are not atomic, several requests may log it.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn note<H: Host>(context: &Context<'_, H>) -> Result<bool, StoreError> {
    let host = context.host;
    let now = host.now().as_secs();
    let fingerprint = fingerprint(context.config);
    let row = Row::read(host).await?;
    if row.as_ref().is_some_and(|row| row.has(&fingerprint, now)) {
        return Ok(true);
    }
    let is_leader = host.increment(ELECTION, 1).await? % CANDIDATES == 1;
    if is_leader {
        // Another leader may have finished since the row was read.
        let row = Row::read(host).await?.unwrap_or_default();
        if !row.has(&fingerprint, now) {
            row.add(host, &fingerprint, now).await?;
            context.log(&Event::Started(Box::new(started(context))));
        }
        host.delete(ELECTION).await?;
    } else if row.is_none() {
        // The sign-in that begins here needs the row, even if the leader stops.
        Row::default().add(host, &fingerprint, now).await?;
    }
    Ok(row.is_some())
}

/// Whether the row is there. It is written when a sign-in begins, so a store without it has lost it.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn is_noted(host: &impl Host) -> Result<bool, StoreError> {
    Ok(host.get(STARTED).await?.is_some())
}

/// Identifies version and configuration. `Debug` of the configuration has no secret, only whether there is one.
pub(crate) fn fingerprint(config: &Config) -> String {
    sha256_hex(&format!("{VERSION} {config:?}"))
}

fn started<H: Host>(context: &Context<'_, H>) -> Started {
    let config = context.config;
    let is_portal = matches!(config.sign_in, SignIn::Portal(_));
    let missing = [
        ("public_url", config.is_loopback),
        ("portal_issuer", !is_portal),
        ("portal_keys_url", config.portal_keys_url.is_none()),
        ("portal_keys_page", config.links.keys_page.is_none()),
        ("sealing_secret", config.sealing_secret.is_none()),
        ("security_contact", config.security_contact.is_none()),
        ("help_url", config.links.help.is_none()),
        ("privacy_url", config.links.privacy.is_none()),
    ];
    Started {
        version: VERSION,
        sign_in: if is_portal { "portal" } else { "api-key" },
        confirm_paid_calls: config.confirm_paid_calls.name(),
        sealing_secret: if config.sealing_secret.is_some() {
            "configured"
        } else {
            "in-store"
        },
        atomics: context.host.has_atomic_counters(),
        missing: missing
            .into_iter()
            .filter_map(|(name, is_missing)| is_missing.then_some(name))
            .collect(),
    }
}

#[cfg(test)]
mod tests;
