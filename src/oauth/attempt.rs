//! One attempt to connect: what the client asked for, and the browser it is bound to.
//!
//! An attempt is never stored. It travels sealed through the browser, first as the `state` of the sign-in at the portal,
//! then in the consent form, and a cookie says that the browser is the same (CVE-2026-27124). Each attempt has a cookie
//! of its own, so that two tabs do not disturb each other.

use super::client::hex;
use crate::host::config::Config;
use crate::host::{Clock, Rng};
use crate::mcp::variant::Variant;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How long an attempt, its cookie, and then its code live, in seconds.
pub const LIFETIME: u64 = 600;

/// What a client asked for, after every check of `/authorize`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// [`super::client::fingerprint`] of the client id.
    pub client: String,
    /// Name of the client as it is shown.
    pub name: String,
    /// The domain that vouches for the client.
    pub verified_domain: Option<String>,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// The request named the redirect URI, so the token request must, too (RFC 6749, section 4.1.3).
    pub named_redirect_uri: bool,
    /// The client's `state`.
    pub state: Option<String>,
    /// The S256 challenge (RFC 7636).
    pub challenge: String,
    /// The resource it is for (RFC 8707); none if the client named none.
    pub resource: Option<Variant>,
}

impl Asked {
    /// Whether the address of the connection allows nothing but reading.
    pub fn is_read_only(&self) -> bool {
        self.resource.is_some_and(Variant::is_read_only)
    }

    /// What a web app asks for that names no resource.
    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        Self {
            client: "client".to_owned(),
            name: "App".to_owned(),
            verified_domain: None,
            redirect_uri: "https://app.example/cb".to_owned(),
            named_redirect_uri: true,
            state: None,
            challenge: "x".repeat(43),
            resource: None,
        }
    }
}

/// An attempt to connect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// 16 random bytes in hexadecimal: the single-use handle.
    pub id: String,
    /// SHA-256 of the cookie's value, in hexadecimal.
    pub binding: String,
    /// When it started, in Unix seconds.
    pub started_at: u64,
    /// What was asked for.
    pub asked: Asked,
}

/// Why an attempt does not go on in this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// Older than [`LIFETIME`].
    Expired,
    /// The cookie is missing or another attempt's.
    OtherBrowser,
}

impl Attempt {
    /// A new attempt, and the `Set-Cookie` value that binds it to the browser.
    pub fn start<H: Rng + Clock>(host: &H, config: &Config, asked: Asked) -> (Self, String) {
        let mut id = [0; 16];
        host.fill(&mut id);
        let secret = random_text(host);
        let attempt = Self {
            id: hex(&id),
            binding: hex(&Sha256::digest(secret.expose())),
            started_at: host.now().as_secs(),
            asked,
        };
        let secure = if is_secure(config) { "; Secure" } else { "" };
        let cookie = format!(
            "{}={}; Path=/; Max-Age={LIFETIME}; HttpOnly; SameSite=Lax{secure}",
            attempt.cookie_name(config),
            secret.expose()
        );
        (attempt, cookie)
    }

    /// Whether the attempt is young enough and comes from the browser it started in.
    ///
    /// # Errors
    /// See [`Stale`].
    pub fn check(
        &self,
        host: &impl Clock,
        config: &Config,
        headers: &HeaderMap,
    ) -> Result<(), Stale> {
        let age = host.now().as_secs().saturating_sub(self.started_at);
        if age > LIFETIME {
            return Err(Stale::Expired);
        }
        let name = self.cookie_name(config);
        let bound = cookies(headers).any(|(key, value)| {
            let binding = hex(&Sha256::digest(value));
            key == name && bool::from(binding.as_bytes().ct_eq(self.binding.as_bytes()))
        });
        if bound {
            Ok(())
        } else {
            Err(Stale::OtherBrowser)
        }
    }

    /// `__Host-` means: this host alone, whole path, only over TLS (RFC 6265bis, section 4.1.3.2). Over plain http, which
    /// is for this computer only, browsers refuse such cookies.
    fn cookie_name(&self, config: &Config) -> String {
        let prefix = if is_secure(config) { "__Host-" } else { "" };
        format!("{prefix}tp-{}", self.id)
    }
}

fn is_secure(config: &Config) -> bool {
    config.public_url.starts_with("https://")
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// 32 random bytes as base64url: 43 characters.
pub fn random_text(rng: &impl Rng) -> Secret {
    let mut bytes = zeroize::Zeroizing::new([0; 32]);
    rng.fill(&mut *bytes);
    Secret::new(URL_SAFE_NO_PAD.encode(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, connector};
    use std::time::Duration;

    fn browser(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            let pair = cookie.split(';').next().expect("a pair");
            headers.append(header::COOKIE, pair.parse().expect("a header"));
        }
        headers
    }

    #[test]
    fn an_attempt_goes_on_in_its_own_browser_only() {
        let connector = connector(
            FakeHost::silent(),
            &[("public_url", "https://mcp.example.com")],
        );
        let (host, config) = (&connector.host, &connector.config);
        let (first, first_cookie) = Attempt::start(host, config, Asked::for_tests());
        let (second, second_cookie) = Attempt::start(host, config, Asked::for_tests());
        let both = browser(&["other=1", &first_cookie, &second_cookie]);
        assert_eq!(first.check(host, config, &both), Ok(()));
        assert_eq!(second.check(host, config, &both), Ok(()));

        let (_, value) = second_cookie.split_once('=').expect("a pair");
        let renamed = format!("{}={value}", first.cookie_name(config));
        for other in [
            browser(&[]),
            browser(&[&second_cookie]),
            browser(&[&renamed]),
        ] {
            assert_eq!(
                first.check(host, config, &other),
                Err(Stale::OtherBrowser),
                "{other:?}"
            );
        }
        host.now
            .set(host.now.get() + Duration::from_secs(LIFETIME + 1));
        assert_eq!(first.check(host, config, &both), Err(Stale::Expired));
    }

    #[test]
    fn cookies_are_as_strict_as_the_browser_allows() {
        let connector = connector(
            FakeHost::silent(),
            &[("public_url", "https://mcp.example.com")],
        );
        let (attempt, cookie) =
            Attempt::start(&connector.host, &connector.config, Asked::for_tests());
        let (name, rest) = cookie.split_once('=').expect("a pair");
        assert_eq!(name, format!("__Host-tp-{}", attempt.id));
        assert_eq!(
            &rest[43..],
            "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"
        );
        assert!(!attempt.binding.contains(&rest[..43]));

        let local = self::connector(FakeHost::silent(), &[]);
        let (_, cookie) = Attempt::start(&local.host, &local.config, Asked::for_tests());
        assert!(
            cookie.starts_with("tp-") && cookie.ends_with("; SameSite=Lax"),
            "{cookie}"
        );
    }
}
