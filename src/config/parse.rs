//! One function for each kind of variable. Every error names the variable and what is expected of it.

use super::error::ConfigError;
use super::sign_in::{Portal, SignIn};
use crate::secret::Secret;
use crate::web::uri::is_loopback;
use std::time::Duration;
use url::Url;

/// The shortest `sealing_secret`: 32 characters of anything random are more than 128 bits.
pub(crate) const MIN_SEALING_SECRET: usize = 32;
/// The longest `key_check_seconds`: beyond it a revoked key would see lists for too long.
pub(crate) const MAX_KEY_CHECK_SECONDS: u64 = 300;

fn wrong(variable: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError {
        variable,
        problem: problem.into(),
    }
}

pub(crate) fn origin(variable: &'static str, text: &str) -> Result<Url, ConfigError> {
    let url = http_url(variable, text)?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(
            variable,
            "must be an origin such as https://mcp.example.com: no path, query or fragment",
        ));
    }
    Ok(url)
}

fn http_url(variable: &'static str, text: &str) -> Result<Url, ConfigError> {
    let url =
        Url::parse(text).map_err(|e| wrong(variable, format!("is not an absolute URL ({e})")))?;
    let usable = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    usable.then_some(url).ok_or_else(|| {
        wrong(
            variable,
            "must be an http or https URL with a host and without user name or password",
        )
    })
}

/// An address that paths are added to, without its trailing slash.
pub(crate) fn base_url(variable: &'static str, text: &str) -> Result<String, ConfigError> {
    let url = http_url(variable, text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(variable, "must have neither query nor fragment"));
    }
    let path = url.path().trim_end_matches('/');
    Ok(format!("{}{path}", url.origin().ascii_serialization()))
}

/// The API's origin alone gets the API's own path; a path that is given is kept.
pub(crate) fn api_base_url(text: &str) -> Result<String, ConfigError> {
    let base = base_url("api_base_url", text)?;
    let has_path = Url::parse(&base).is_ok_and(|url| url.path() != "/");
    Ok(if has_path {
        base
    } else {
        format!("{base}/api/ext")
    })
}

fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ' ']).filter(|item| !item.is_empty())
}

pub(crate) fn origins(list: &str) -> Result<Vec<String>, ConfigError> {
    items(list)
        .map(|item| origin("allowed_origins", item).map(|url| url.origin().ascii_serialization()))
        .collect()
}

/// The mode, and for the portal everything that it needs.
pub(crate) fn sign_in(
    text: &impl Fn(&str) -> Option<String>,
    keys_url: Option<&str>,
) -> Result<SignIn, ConfigError> {
    let issuer = text("portal_issuer");
    let mode = text("sign_in");
    let portal = match mode.as_deref() {
        None => issuer.is_some(),
        Some("portal") => true,
        Some("api-key") => false,
        Some(_) => return Err(wrong("sign_in", "must be `portal` or `api-key`")),
    };
    if !portal {
        return Ok(SignIn::ApiKey);
    }
    let needed = || wrong("portal_issuer", "is needed for `sign_in = portal`");
    Ok(SignIn::Portal(Portal {
        issuer: issuer_url(issuer.ok_or_else(needed)?)?,
        client_id: text("portal_client_id").unwrap_or_else(|| "tokportal-connector".to_owned()),
        client_secret: text("portal_client_secret").map(Secret::new),
        keys_url: keys_url
            .ok_or_else(|| wrong("portal_keys_url", "is needed for `sign_in = portal`"))?
            .to_owned(),
    }))
}

/// OpenID Connect Discovery 1.0, section 3: https, no query, no fragment. The text stays as it is, because it is
/// compared with what the provider says of itself.
fn issuer_url(text: String) -> Result<String, ConfigError> {
    let url = http_url("portal_issuer", &text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(
            "portal_issuer",
            "must have neither query nor fragment",
        ));
    }
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err(wrong(
            "portal_issuer",
            "must start with https:// unless it is this computer",
        ));
    }
    Ok(text)
}

pub(crate) fn sealing_secret(text: Option<String>) -> Result<Option<Secret>, ConfigError> {
    let secret = text.map(Secret::new);
    match &secret {
        Some(secret) if secret.expose().chars().count() < MIN_SEALING_SECRET => Err(wrong(
            "sealing_secret",
            format!("must have at least {MIN_SEALING_SECRET} characters"),
        )),
        _ => Ok(secret),
    }
}

/// RFC 3986, section 3.1; the schemes of the web and the scriptable ones cannot be configured.
pub(crate) fn schemes(list: &str) -> Result<Vec<String>, ConfigError> {
    items(list)
        .map(|item| {
            let scheme = item.trim_end_matches("://").to_ascii_lowercase();
            if crate::web::uri::is_private_use_scheme(&scheme) {
                Ok(scheme)
            } else {
                Err(wrong(
                    "custom_redirect_schemes",
                    "must list schemes that belong to an app, such as `cursor`; schemes of browsers are refused",
                ))
            }
        })
        .collect()
}

/// Names only: an address or a name of this computer would let a client id reach inside.
pub(crate) fn hosts(list: &str) -> Result<Vec<String>, ConfigError> {
    items(list)
        .map(|item| {
            let host = item.to_ascii_lowercase();
            if crate::web::uri::is_public_host_name(&host) {
                Ok(host)
            } else {
                Err(wrong(
                    "client_metadata_hosts",
                    "must list public host names such as `app.example.com`, without scheme or port",
                ))
            }
        })
        .collect()
}

pub(crate) fn key_check(text: Option<String>) -> Result<Duration, ConfigError> {
    let seconds = text.map_or(Ok(5), |text| text.parse::<u64>());
    match seconds {
        Ok(seconds) if seconds <= MAX_KEY_CHECK_SECONDS => Ok(Duration::from_secs(seconds)),
        _ => Err(wrong(
            "key_check_seconds",
            format!("must be a whole number from 0 to {MAX_KEY_CHECK_SECONDS}"),
        )),
    }
}

pub(crate) fn switch(
    variable: &'static str,
    text: impl Fn(&str) -> Option<String>,
    default: bool,
) -> Result<bool, ConfigError> {
    match text(variable).as_deref() {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(wrong(variable, "must be `true` or `false`")),
    }
}
