//! The configuration: read once from the host's variables into one typed struct.

mod error;
mod parse;
mod sign_in;
#[cfg(test)]
mod tests;

pub use error::ConfigError;
pub(crate) use sign_in::{Portal, SignIn};

use crate::secret::Secret;
use crate::web::uri::{is_loopback, is_loopback_name};
use http::Uri;
use std::time::Duration;
use url::Url;

/// Where the public API lives if nothing else is said. The path is the API's own.
pub(crate) const DEFAULT_API: &str = "https://app.tokportal.com/api/ext";
/// The path of the MCP endpoint below the public origin.
pub(crate) const MCP_PATH: &str = "/api/ext/mcp";
/// Everything an operator can set.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `public_url` | origin under which people reach the connector: scheme, host, port | `http://localhost:3000` |
/// | `api_base_url` | origin of the TokPortal API, with or without its path | the public API |
/// | `allowed_origins` | browser origins that may call the MCP endpoint, comma-separated | none |
/// | `sign_in` | `portal`, or `api-key`: people paste a key on the connector's own page | `portal` if `portal_issuer` is set |
/// | `portal_issuer` | issuer of the portal's OpenID provider, exactly as it names itself | none |
/// | `portal_client_id` | the connector's client id there | `tokportal-connector` |
/// | `portal_client_secret` | its secret; without one it is a public client | none |
/// | `portal_keys_url` | the portal's API for keys: mint, introspect, revoke | none; needed for `portal` |
/// | `sealing_secret` | at least 32 characters, from which every seal is derived | a random one, kept in the store |
/// | `custom_redirect_schemes` | private-use schemes a browser may be sent to, comma-separated: `cursor` | none |
/// | `client_metadata_hosts` | hosts whose client-id metadata documents are fetched, comma-separated | none |
/// | `key_check_seconds` | how long the portal's word on a key is believed, 0 to 300 | `5` |
/// | `confirm_paid_calls` | `true`: calls that spend credits or cannot be undone need a person's word, where the client can ask | `true` |
#[derive(Debug, Clone)]
pub struct Config {
    /// The public origin without a trailing slash: issuer and base of every address we print.
    pub(crate) public_url: String,
    /// `{public_url}/api/ext/mcp`: the protected resource (RFC 9728).
    pub(crate) resource: String,
    /// Whether the public origin is this computer.
    pub(crate) is_loopback: bool,
    /// `host[:port]` of the public origin, as a Host header carries it.
    pub(crate) public_authority: String,
    /// Base of every API address, without a trailing slash.
    pub(crate) api_base_url: String,
    /// Further origins that may call the MCP endpoint.
    pub(crate) allowed_origins: Vec<String>,
    /// How people sign in.
    pub(crate) sign_in: SignIn,
    /// The portal's API for keys, without a trailing slash. It is asked about keys in either mode.
    pub(crate) portal_keys_url: Option<String>,
    /// The secret that seals; the store has one if the operator gives none.
    pub(crate) sealing_secret: Option<Secret>,
    /// Private-use URI schemes (RFC 8252, section 7.1) that a browser may be sent to, lower case.
    pub(crate) custom_redirect_schemes: Vec<String>,
    /// Hosts whose client-id metadata documents are fetched, lower case.
    pub(crate) client_metadata_hosts: Vec<String>,
    /// How long an answer of the portal about a key is believed.
    pub(crate) key_check: Duration,
    /// Whether a client that can ask its user does so before a call that spends credits or cannot be undone.
    pub(crate) confirm_paid_calls: bool,
}

impl Config {
    /// Every variable that is looked up.
    pub const VARIABLES: [&str; 13] = [
        "public_url",
        "api_base_url",
        "allowed_origins",
        "sign_in",
        "portal_issuer",
        "portal_client_id",
        "portal_client_secret",
        "portal_keys_url",
        "sealing_secret",
        "custom_redirect_schemes",
        "client_metadata_hosts",
        "key_check_seconds",
        "confirm_paid_calls",
    ];

    /// Builds the configuration from a look-up of variables; an absent and an empty variable are the same.
    ///
    /// # Errors
    /// The first variable that cannot be used.
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let text = |name: &str| {
            get(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let public = text("public_url").unwrap_or_else(|| "http://localhost:3000".to_owned());
        let public = parse::origin("public_url", &public)?;
        let is_loopback = is_loopback(&public);
        if public.scheme() != "https" && !is_loopback {
            return Err(ConfigError {
                variable: "public_url",
                problem: "must start with https:// unless it is this computer".to_owned(),
            });
        }
        let public_url = public.origin().ascii_serialization();
        let public_authority =
            public[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        let api = text("api_base_url").unwrap_or_else(|| DEFAULT_API.to_owned());
        let list = |name| text(name).unwrap_or_default();
        let portal_keys_url = text("portal_keys_url")
            .map(|url| parse::base_url("portal_keys_url", &url))
            .transpose()?;
        Ok(Self {
            resource: format!("{public_url}{MCP_PATH}"),
            is_loopback,
            public_authority,
            api_base_url: parse::api_base_url(&api)?,
            allowed_origins: parse::origins(&list("allowed_origins"))?,
            sign_in: parse::sign_in(&text, portal_keys_url.as_deref())?,
            portal_keys_url,
            sealing_secret: parse::sealing_secret(text("sealing_secret"))?,
            custom_redirect_schemes: parse::schemes(&list("custom_redirect_schemes"))?,
            client_metadata_hosts: parse::hosts(&list("client_metadata_hosts"))?,
            key_check: parse::key_check(text("key_check_seconds"))?,
            confirm_paid_calls: parse::switch("confirm_paid_calls", text, true)?,
            public_url,
        })
    }

    /// Whether a browser page of this origin may call the MCP endpoint: our own, a configured one, or a page of this
    /// computer when the connector itself is on this computer.
    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        origin == self.public_url
            || self.allowed_origins.iter().any(|allowed| allowed == origin)
            || (self.is_loopback && Url::parse(origin).is_ok_and(|url| is_loopback(&url)))
    }

    /// Whether the Host header may be answered. On this computer a foreign name means DNS rebinding; elsewhere the
    /// platform's front end routes by host, and names vary.
    pub(crate) fn allows_host(&self, authority: &str) -> bool {
        if !self.is_loopback {
            return true;
        }
        let host = authority.parse::<Uri>().ok();
        host.as_ref()
            .and_then(Uri::host)
            .is_some_and(is_loopback_name)
    }

    /// ResourceUrl of the protected resource metadata (RFC 9728, section 3.1: the well-known part goes before the path), for
    /// the resource without a query.
    pub(crate) fn resource_metadata_url(&self) -> String {
        format!(
            "{}/.well-known/oauth-protected-resource{MCP_PATH}",
            self.public_url
        )
    }
}
