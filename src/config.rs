//! The configuration: the variables of the platform as one typed struct.

mod confirmation;
mod error;
mod parse;
mod sign_in;
#[cfg(test)]
mod tests;

pub(crate) use confirmation::ConfirmPaidCalls;
pub use error::ConfigError;
use error::Problems;
pub(crate) use error::VariableProblem;
pub(crate) use sign_in::{Portal, SignIn};

use crate::secret::Secret;
use crate::web::uri::{is_loopback, is_loopback_name};
use http::{HeaderName, Uri};
use std::time::Duration;
use url::Url;

/// URL of the public API.
const DEFAULT_API: &str = "https://app.tokportal.com/api/ext";
/// Path of the MCP endpoint.
const MCP_PATH: &str = "/api/ext/mcp";

/// The settings of the operator.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `public_url` | origin under which people reach the connector; required outside this computer | `http://localhost:3000` |
/// | `api_base_url` | origin of the TokPortal API; the path `/api/ext` is added unless there is one | `https://app.tokportal.com` |
/// | `sign_in` | `portal` (OpenID Connect), or `api-key`: people paste a key on the connector's own page | `portal` if `portal_issuer` is set, otherwise `api-key` |
/// | `portal_issuer` | issuer of the portal's OpenID provider, exactly as its metadata writes it | none; required for `portal` |
/// | `portal_client_id` | the connector's client id at the portal | `tokportal-connector` |
/// | `portal_client_secret` | the connector's client secret at the portal; without one it is a public client | none |
/// | `portal_keys_url` | URL of the portal's keys API: mint, introspect, revoke, list | none; required for `portal` |
/// | `portal_scopes` | scopes of the authentication request; `openid` is always among them | `openid profile email` |
/// | `portal_resource` | absolute URI of the keys API, sent as `resource` (RFC 8707), so that the access token is issued for it | none |
/// | `portal_trusted_audiences` | other audiences that an ID token may name beside the client id | none |
/// | `portal_keys_page` | URL of the page on which people see and revoke their keys; the consent page links to it | none |
/// | `help_url`, `privacy_url` | pages of the operator that the consent page links to | none |
/// | `sealing_secret` | at least 32 random characters, from which the keys of every seal are derived | a random one in the store |
/// | `allowed_origins` | browser origins that may call the MCP endpoint | none |
/// | `custom_redirect_schemes` | schemes of apps to which a browser may be redirected, beside those of well-known apps (Cursor, VS Code, Windsurf, Raycast, Warp …) | none |
/// | `client_metadata_hosts` | the only hosts whose client metadata documents are fetched; support for them is then not announced | any public host |
/// | `key_check_seconds` | how long an answer of key introspection is used, 0 to 300 seconds | `5` |
/// | `client_address_header` | header in which the operator's proxy tells the caller's address, such as `x-forwarded-for`; its last value counts | none: the address that the host sees |
/// | `security_contact` | where to report vulnerabilities, for `/.well-known/security.txt`: a mail address or a URL | none |
/// | `confirm_paid_calls` | before a call that spends credits or cannot be undone, a person agrees: `always`, `where-supported` (if the client can ask its user) or `never` | `where-supported` |
/// | `accept_mixed_versions` | `true` or `false`: whether a request whose header `MCP-Protocol-Version` and body are of different eras is answered as its body says; the specification asks for a refusal | `false` |
///
/// `http` is accepted for addresses on this computer only, and for those of components of the same application
/// (`*.spin.internal`) where keys are sent to them.
///
/// The items of a list are separated by commas or spaces. `spin.toml` has more variables, `portal_origin` and others of its
/// kind, which only extend its list of allowed outbound hosts.
#[derive(Debug, Clone)]
pub struct Config {
    /// The public origin without a trailing slash: the issuer, and the start of every URL of the connector.
    pub(crate) public_url: String,
    /// `{public_url}/api/ext/mcp`: the protected resource (RFC 9728).
    pub(crate) resource: String,
    /// Whether the host of the public origin is `localhost` or a loopback address.
    pub(crate) is_loopback: bool,
    /// `host[:port]` of the public origin, as in a `Host` header.
    pub(crate) public_authority: String,
    /// URL of the API without a trailing slash.
    pub(crate) api_base_url: String,
    allowed_origins: Vec<String>,
    pub(crate) sign_in: SignIn,
    /// URL of the portal's keys API without a trailing slash. It is used for key introspection in both sign-in modes.
    pub(crate) portal_keys_url: Option<String>,
    /// What pages link to.
    pub(crate) links: Links,
    /// Without it, a secret in the store is used.
    pub(crate) sealing_secret: Option<Secret>,
    /// Private-use URI schemes (RFC 8252, section 7.1) to which a browser may be redirected, in lower case.
    pub(crate) custom_redirect_schemes: Vec<String>,
    /// The only hosts whose client metadata documents are fetched, in lower case; any public host if there are none.
    pub(crate) client_metadata_hosts: Vec<String>,
    /// How long an answer of key introspection is used.
    pub(crate) key_check: Duration,
    /// Before which calls a person agrees.
    pub(crate) confirm_paid_calls: ConfirmPaidCalls,
    /// Whether a request with a version header of another era than its body is answered as its body says.
    pub(crate) accept_mixed_versions: bool,
    /// The header in which the operator's proxy tells the address of the caller. Without it, the host's is used.
    pub(crate) client_address_header: Option<HeaderName>,
    /// Where to report vulnerabilities: a `mailto:`, `https:` or `tel:` URI (RFC 9116, section 2.5.3).
    pub(crate) security_contact: Option<String>,
}

/// URLs that pages link to, https or on this computer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    /// Where people see and revoke their keys.
    pub(crate) keys_page: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) privacy: Option<String>,
}

impl Config {
    /// The names of all variables.
    pub const VARIABLES: [&str; 22] = [
        "public_url",
        "api_base_url",
        "allowed_origins",
        "sign_in",
        "portal_issuer",
        "portal_client_id",
        "portal_client_secret",
        "portal_keys_url",
        "portal_scopes",
        "portal_resource",
        "portal_trusted_audiences",
        "portal_keys_page",
        "help_url",
        "privacy_url",
        "sealing_secret",
        "custom_redirect_schemes",
        "client_metadata_hosts",
        "key_check_seconds",
        "confirm_paid_calls",
        "accept_mixed_versions",
        "client_address_header",
        "security_contact",
    ];

    /// The variables that the MCP endpoint needs. The others are about sign-in, clients and pages.
    const MCP_VARIABLES: [&str; 11] = [
        "public_url",
        "api_base_url",
        "allowed_origins",
        "sign_in",
        "portal_issuer",
        "portal_keys_url",
        "sealing_secret",
        "key_check_seconds",
        "confirm_paid_calls",
        "accept_mixed_versions",
        "client_address_header",
    ];

    /// The names of the variables that a request to this path needs.
    #[must_use]
    pub fn needed(path: &str) -> &'static [&'static str] {
        if Self::is_mcp(path) {
            &Self::MCP_VARIABLES
        } else {
            &Self::VARIABLES
        }
    }

    /// Whether this is the path of the MCP endpoint, which answers with and without a trailing slash.
    pub(crate) fn is_mcp(path: &str) -> bool {
        path.strip_suffix('/').unwrap_or(path) == MCP_PATH
    }

    /// Builds the configuration. `get` returns the value of a variable; an empty value counts as absent.
    ///
    /// # Errors
    /// Every variable with an invalid value.
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let text = |name: &str| {
            get(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let problems = Problems::default();
        let public = problems.or_default(parse::public_url(text("public_url")));
        let list = |name| text(name).unwrap_or_default();
        let keys_url = text("portal_keys_url").map(|url| parse::base_url("portal_keys_url", &url));
        let portal_keys_url = problems.or_default(keys_url.transpose());
        let link = |name| {
            let url = text(name).map(|url| parse::link(name, &url));
            problems.or_default(url.transpose())
        };
        let contact =
            text("security_contact").map(|contact| parse::contact("security_contact", &contact));
        let config = Self {
            resource: format!("{}{MCP_PATH}", public.origin),
            is_loopback: public.is_loopback,
            public_authority: public.authority,
            public_url: public.origin,
            api_base_url: problems.or_default(parse::api_base_url(
                text("api_base_url").as_deref().unwrap_or(DEFAULT_API),
            )),
            allowed_origins: problems.or_default(parse::origins(&list("allowed_origins"))),
            sign_in: parse::sign_in(&text, portal_keys_url.as_deref(), &problems),
            portal_keys_url,
            links: Links {
                keys_page: link("portal_keys_page"),
                help: link("help_url"),
                privacy: link("privacy_url"),
            },
            sealing_secret: problems.or_default(parse::sealing_secret(text("sealing_secret"))),
            custom_redirect_schemes: problems
                .or_default(parse::schemes(&list("custom_redirect_schemes"))),
            client_metadata_hosts: problems
                .or_default(parse::hosts(&list("client_metadata_hosts"))),
            key_check: problems.or_default(parse::key_check(text("key_check_seconds"))),
            confirm_paid_calls: problems.or_default(parse::confirm_paid_calls(
                text("confirm_paid_calls").as_deref(),
            )),
            accept_mixed_versions: problems.or_default(parse::boolean(
                "accept_mixed_versions",
                text,
                false,
            )),
            client_address_header: problems.or_default(
                text("client_address_header")
                    .map(|name| parse::address_header(&name))
                    .transpose(),
            ),
            security_contact: problems.or_default(contact.transpose()),
        };
        problems.into_result(&Self::VARIABLES).map(|()| config)
    }

    /// Whether a page of this origin may call the MCP endpoint: the public origin, a configured one, or a loopback
    /// origin if the connector itself has a loopback origin.
    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        origin == self.public_url
            || self.allowed_origins.iter().any(|allowed| allowed == origin)
            || (self.is_loopback && Url::parse(origin).is_ok_and(|url| is_loopback(&url)))
    }

    /// Whether a request with this `Host` header is answered. With a loopback origin, any other name is a sign of DNS
    /// rebinding. Elsewhere every name is accepted, because the front end of the platform may change it.
    pub(crate) fn allows_host(&self, authority: &str) -> bool {
        if !self.is_loopback {
            return true;
        }
        let host = authority.parse::<Uri>().ok();
        host.as_ref()
            .and_then(Uri::host)
            .is_some_and(is_loopback_name)
    }

    /// URL of the protected resource metadata for the MCP endpoint without a query. The well-known path comes before
    /// the path of the endpoint (RFC 9728, section 3.1).
    pub(crate) fn resource_metadata_url(&self) -> String {
        format!(
            "{}/.well-known/oauth-protected-resource{MCP_PATH}",
            self.public_url
        )
    }
}
