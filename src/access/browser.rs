//! What binds a visit of several pages to one browser: a cookie (CVE-2026-27124).
//!
//! A visit is never stored. It travels sealed through the browser, and the cookie proves that the browser is still the
//! same. Each visit has its own cookie, so that two tabs do not disturb each other.

use crate::config::Config;
use crate::digest::{hex, sha256_hex};
use crate::host::{Clock, Rng};
use crate::ledger::LIFETIME;
use crate::sealing::random::random_text;
use crate::web::cookie;
use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// The browser of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Browser {
    /// 16 random bytes in hexadecimal: the id of the visit.
    pub(crate) id: String,
    /// SHA-256 of the cookie's value, in hexadecimal.
    binding: String,
    /// When the visit started, in Unix seconds.
    pub(crate) started_at: u64,
}

impl Browser {
    /// Starts a visit. Returns its browser with the `Set-Cookie` value that binds it.
    pub(crate) fn bind<H: Rng + Clock>(host: &H, config: &Config) -> (Self, String) {
        let mut id = [0; 16];
        host.fill(&mut id);
        let secret = random_text(host);
        let browser = Self {
            id: hex(&id),
            binding: sha256_hex(secret.expose()),
            started_at: host.now().as_secs(),
        };
        let cookie = browser.cookie(config, secret.expose());
        (browser, cookie)
    }

    /// Whether the visit started more than [`LIFETIME`] ago.
    pub(crate) fn is_expired(&self, host: &impl Clock) -> bool {
        host.now().as_secs().saturating_sub(self.started_at) > LIFETIME
    }

    /// Whether a request comes from this browser.
    pub(crate) fn is_of(&self, config: &Config, headers: &HeaderMap) -> bool {
        self.values(config, headers).iter().any(|value| {
            let binding = sha256_hex(value);
            bool::from(binding.as_bytes().ct_eq(self.binding.as_bytes()))
        })
    }

    /// The values of the cookie in a request.
    pub(crate) fn values<'h>(&self, config: &Config, headers: &'h HeaderMap) -> Vec<&'h str> {
        let name = cookie_name(config, &self.id);
        cookie::pairs(headers)
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .collect()
    }

    /// A `Set-Cookie` value that gives the cookie another value.
    pub(crate) fn cookie(&self, config: &Config, value: &str) -> String {
        set_cookie(config, &cookie_name(config, &self.id), value, LIFETIME)
    }
}

/// Name of the cookie of a visit.
///
/// The prefix `__Host-` makes browsers send the cookie to this host only, for all paths, and only over TLS (RFC 6265bis,
/// section 4.1.3.2). Browsers refuse such cookies over plain http, which only a local connector uses.
pub(crate) fn cookie_name(config: &Config, id: &str) -> String {
    let prefix = if is_secure(config) { "__Host-" } else { "" };
    format!("{prefix}tp-{id}")
}

pub(crate) fn set_cookie(config: &Config, name: &str, value: &str, seconds: u64) -> String {
    let secure = if is_secure(config) { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn is_secure(config: &Config) -> bool {
    config.public_url.starts_with("https://")
}

/// Whether the headers are consistent with a form sent from the connector's own page. The pages set `no-referrer`, and
/// browsers then send `Origin: null` even to the same origin (Fetch Standard, section 3.1), so `null` is accepted. A
/// page of another site cannot have both the cookie and the sealed request.
pub(crate) fn is_own_form(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site");
    let origin = text(header::ORIGIN.as_str());
    site.is_none_or(|site| site == "same-origin")
        && origin.is_none_or(|origin| origin == public_url || origin == "null")
}
