//! Which URLs the connector fetches on behalf of a client: its metadata document and its key set.
//!
//! A client chooses these URLs, so they must not lead into the network of the operator. Only public DNS names pass, on
//! the default port of https. A name that resolves to a private address is refused by the embedding host, and no server
//! there has a certificate for a public name.

use crate::config::Config;
use crate::web::uri::is_public_host_name;
use url::Url;

/// The longest URL, in bytes.
const MAX_LENGTH: usize = 500;

/// The host of a URL that may be fetched: one of [`public_host`], and of `client_metadata_hosts` if there are any.
pub(super) fn host_of(url: &str, config: &Config) -> Option<String> {
    let allowed = &config.client_metadata_hosts;
    public_host(url).filter(|host| allowed.is_empty() || allowed.contains(host))
}

/// The host of a URL that can have a document: https, a public DNS name, a path, no user name, port, query and fragment,
/// in its normal form.
pub(super) fn public_host(url: &str) -> Option<String> {
    if url.len() > MAX_LENGTH {
        return None;
    }
    let parsed = Url::parse(url).ok()?;
    let host = parsed.host_str()?;
    let plain = parsed.scheme() == "https"
        && parsed.as_str() == url
        && parsed.path() != "/"
        && parsed.username().is_empty()
        && parsed.password().is_none()
        && parsed.port().is_none()
        && parsed.query().is_none()
        && parsed.fragment().is_none();
    (plain && is_public_host_name(host)).then(|| host.to_owned())
}
