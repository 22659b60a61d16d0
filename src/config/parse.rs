//! Parses the variables. Every error names the variable and says what is expected of its value.

use super::confirmation::ConfirmPaidCalls;
use super::error::{Problems, VariableProblem, invalid};
use super::sign_in::{Portal, SignIn};
use crate::secret::Secret;
use crate::web::uri::{is_loopback, is_private_use_scheme, is_public_host_name, keeps_secrets};
use http::{HeaderName, Uri, header};
use std::time::Duration;
use url::{Position, Url};

const DEFAULT_ORIGIN: &str = "http://localhost:3000";
/// The minimum length of `sealing_secret`. 32 random hexadecimal digits have 128 bits.
const MIN_SEALING_SECRET: usize = 32;
/// The maximum of `key_check_seconds`, because a revoked key can list tools for that long.
const MAX_KEY_CHECK_SECONDS: u64 = 300;

/// The public origin, in the forms in which it is used.
#[derive(Debug, Default)]
pub(super) struct PublicUrl {
    /// Without a trailing slash.
    pub(super) origin: String,
    /// `host[:port]`
    pub(super) authority: String,
    pub(super) is_loopback: bool,
}

pub(super) fn public_url(text: Option<String>) -> Result<PublicUrl, VariableProblem> {
    let url = origin("public_url", text.as_deref().unwrap_or(DEFAULT_ORIGIN))?;
    require_https("public_url", &url)?;
    let is_loopback = is_loopback(&url);
    Ok(PublicUrl {
        origin: url.origin().ascii_serialization(),
        authority: url[Position::BeforeHost..Position::AfterPort].to_owned(),
        is_loopback,
    })
}

pub(super) fn origin(variable: &'static str, text: &str) -> Result<Url, VariableProblem> {
    let url = http_url(variable, text)?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(invalid(
            variable,
            "must be an origin such as https://mcp.example.com: no path, query or fragment",
        ));
    }
    Ok(url)
}

fn http_url(variable: &'static str, text: &str) -> Result<Url, VariableProblem> {
    let url =
        Url::parse(text).map_err(|e| invalid(variable, format!("is not an absolute URL ({e})")))?;
    let usable = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    usable.then_some(url).ok_or_else(|| {
        invalid(
            variable,
            "must be an http or https URL with a host and without user name or password",
        )
    })
}

/// Refuses `http` outside this computer, where others can read what is sent.
fn require_https(variable: &'static str, url: &Url) -> Result<(), VariableProblem> {
    if url.scheme() == "https" || is_loopback(url) {
        return Ok(());
    }
    Err(invalid(
        variable,
        "must start with https:// unless it is this computer",
    ))
}

/// A page that people open.
pub(super) fn link(variable: &'static str, text: &str) -> Result<String, VariableProblem> {
    let url = http_url(variable, text)?;
    require_https(variable, &url)?;
    Ok(url.into())
}

/// A URL to which paths are added and keys are sent, without its trailing slash. `http` is accepted on this computer, and
/// between the components of one application, whose requests stay in the host.
pub(super) fn base_url(variable: &'static str, text: &str) -> Result<String, VariableProblem> {
    let url = http_url(variable, text)?;
    if !keeps_secrets(&url) {
        return Err(invalid(
            variable,
            "must start with https://, because keys are sent there, unless it is this computer or a component of the same \
             application (http://<component>.spin.internal)",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid(variable, "must have neither query nor fragment"));
    }
    let path = url.path().trim_end_matches('/');
    let base = format!("{}{path}", url.origin().ascii_serialization());
    // `Url` accepts more than a request can be sent to, for example a very long path.
    match format!("{base}/current").parse::<Uri>() {
        Ok(_) => Ok(base),
        Err(error) => Err(invalid(variable, format!("cannot be requested ({error})"))),
    }
}

/// The URL of the API. If it is an origin without a path, the path of the public API is added.
pub(super) fn api_base_url(text: &str) -> Result<String, VariableProblem> {
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

pub(super) fn origins(list: &str) -> Result<Vec<String>, VariableProblem> {
    items(list)
        .map(|item| origin("allowed_origins", item).map(|url| url.origin().ascii_serialization()))
        .collect()
}

/// The sign-in mode, with the settings of the portal. `keys_url` is the parsed `portal_keys_url`.
pub(super) fn sign_in(
    text: &impl Fn(&str) -> Option<String>,
    keys_url: Option<&str>,
    problems: &Problems,
) -> SignIn {
    let issuer = text("portal_issuer");
    let is_portal = match text("sign_in").as_deref() {
        None => issuer.is_some(),
        Some("portal") => true,
        Some("api-key") => false,
        Some(_) => {
            return problems.or_default(Err(invalid("sign_in", "must be `portal` or `api-key`")));
        }
    };
    if !is_portal {
        return SignIn::ApiKey;
    }
    let required = |variable| invalid(variable, "is needed for `sign_in = portal`");
    let issuer = issuer
        .ok_or_else(|| required("portal_issuer"))
        .and_then(issuer_url);
    // An invalid URL was reported when it was parsed.
    let is_missing = text("portal_keys_url").is_none();
    let keys_url = match keys_url {
        None if is_missing => Err(required("portal_keys_url")),
        url => Ok(url.unwrap_or_default().to_owned()),
    };
    SignIn::Portal(Portal {
        issuer: problems.or_default(issuer),
        client_id: text("portal_client_id").unwrap_or_else(|| "tokportal-connector".to_owned()),
        client_secret: text("portal_client_secret").map(Secret::new),
        keys_url: problems.or_default(keys_url),
        scopes: problems.or_default(scopes(&text("portal_scopes").unwrap_or_default())),
        resource: problems.or_default(text("portal_resource").map(resource).transpose()),
        trusted_audiences: problems.or_default(audiences(
            &text("portal_trusted_audiences").unwrap_or_default(),
        )),
    })
}

/// An issuer identifier (OpenID Connect Discovery 1.0, section 3): https, no query, no fragment. It is kept as it is
/// written, because it must equal the issuer in the provider's metadata.
fn issuer_url(text: String) -> Result<String, VariableProblem> {
    let url = http_url("portal_issuer", &text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid(
            "portal_issuer",
            "must have neither query nor fragment",
        ));
    }
    require_https("portal_issuer", &url)?;
    Ok(text)
}

/// Scopes (RFC 6749, section 3.3), each once, with `openid`, without which there is no ID token (OpenID Connect Core 1.0,
/// section 3.1.2.1).
fn scopes(list: &str) -> Result<Vec<String>, VariableProblem> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in items(list) {
        let is_valid = |byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~');
        if !scope.bytes().all(is_valid) {
            return Err(invalid(
                "portal_scopes",
                "must list scopes of ASCII characters, without quotation marks and backslashes",
            ));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    if scopes.is_empty() {
        scopes = ["profile", "email"].map(str::to_owned).into();
    }
    if !scopes.iter().any(|scope| scope == "openid") {
        scopes.insert(0, "openid".to_owned());
    }
    Ok(scopes)
}

/// A resource indicator (RFC 8707, section 2): an absolute URI without a fragment. It is kept as it is written, because
/// providers compare it with the one that they know.
fn resource(text: String) -> Result<String, VariableProblem> {
    let is_uri = text.bytes().all(|byte| byte.is_ascii_graphic());
    match Url::parse(&text) {
        Ok(url) if is_uri && url.fragment().is_none() => Ok(text),
        _ => Err(invalid(
            "portal_resource",
            "must be an absolute URI without spaces and fragment",
        )),
    }
}

/// Audiences, as ID tokens write them.
fn audiences(list: &str) -> Result<Vec<String>, VariableProblem> {
    items(list)
        .map(|item| {
            if item.contains('*') {
                Err(invalid(
                    "portal_trusted_audiences",
                    "must list every audience in full; there are no wildcards",
                ))
            } else {
                Ok(item.to_owned())
            }
        })
        .collect()
}

pub(super) fn sealing_secret(text: Option<String>) -> Result<Option<Secret>, VariableProblem> {
    let secret = text.map(Secret::new);
    match &secret {
        Some(secret) if secret.expose().chars().count() < MIN_SEALING_SECRET => Err(invalid(
            "sealing_secret",
            format!("must have at least {MIN_SEALING_SECRET} characters"),
        )),
        _ => Ok(secret),
    }
}

/// URI schemes (RFC 3986, section 3.1) that an app can own; schemes that browsers define are refused.
pub(super) fn schemes(list: &str) -> Result<Vec<String>, VariableProblem> {
    items(list)
        .map(|item| {
            let scheme = item.trim_end_matches("://").to_ascii_lowercase();
            if is_private_use_scheme(&scheme) {
                Ok(scheme)
            } else {
                Err(invalid(
                    "custom_redirect_schemes",
                    "must list schemes that belong to an app, such as `com.example.app`; schemes of browsers are refused",
                ))
            }
        })
        .collect()
}

/// Public host names. An IP address or a private name is refused, because a client id would then make the connector
/// send requests to the network of its operator.
pub(super) fn hosts(list: &str) -> Result<Vec<String>, VariableProblem> {
    items(list)
        .map(|item| {
            let host = item.to_ascii_lowercase();
            if is_public_host_name(&host) {
                Ok(host)
            } else {
                Err(invalid(
                    "client_metadata_hosts",
                    "must list public host names such as `app.example.com`, without scheme or port",
                ))
            }
        })
        .collect()
}

pub(super) fn key_check(text: Option<String>) -> Result<Duration, VariableProblem> {
    let seconds = text.map_or(Ok(5), |text| text.parse::<u64>());
    match seconds {
        Ok(seconds) if seconds <= MAX_KEY_CHECK_SECONDS => Ok(Duration::from_secs(seconds)),
        _ => Err(invalid(
            "key_check_seconds",
            format!("must be a whole number from 0 to {MAX_KEY_CHECK_SECONDS}"),
        )),
    }
}

/// The name of a header whose values are addresses. `Forwarded` (RFC 7239) has another form.
pub(super) fn address_header(name: &str) -> Result<HeaderName, VariableProblem> {
    match name.parse() {
        Ok(name) if name != header::FORWARDED => Ok(name),
        _ => Err(invalid(
            "client_address_header",
            "must be the name of a header whose last value is an IP address, such as `x-forwarded-for` or `x-real-ip`",
        )),
    }
}

/// `true` or `false`.
pub(super) fn boolean(
    variable: &'static str,
    text: impl Fn(&str) -> Option<String>,
    default: bool,
) -> Result<bool, VariableProblem> {
    match text(variable).as_deref() {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(invalid(variable, "must be `true` or `false`")),
    }
}

pub(super) fn confirm_paid_calls(text: Option<&str>) -> Result<ConfirmPaidCalls, VariableProblem> {
    text.map_or(Some(ConfirmPaidCalls::default()), ConfirmPaidCalls::parse)
        .ok_or_else(|| {
            invalid(
                "confirm_paid_calls",
                "must be `always`, `where-supported` or `never`",
            )
        })
}

/// A mail address, or a `mailto:`, `https:` or `tel:` URI, as a URI.
pub(super) fn contact(variable: &'static str, text: &str) -> Result<String, VariableProblem> {
    let uri = if text.contains('@') && !text.contains(':') {
        format!("mailto:{text}")
    } else {
        text.to_owned()
    };
    let is_one_line = uri.bytes().all(|byte| byte.is_ascii_graphic());
    match Url::parse(&uri) {
        Ok(url) if is_one_line && matches!(url.scheme(), "mailto" | "https" | "tel") => Ok(uri),
        _ => Err(invalid(
            variable,
            "must be a mail address, or a mailto:, https: or tel: URI",
        )),
    }
}
