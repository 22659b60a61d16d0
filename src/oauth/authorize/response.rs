//! Authorization responses (RFC 6749, sections 4.1.2 and 4.1.2.1): what the client gets by redirect.

use crate::config::Config;
use crate::oauth::client::redirect_uri::with_parameters;

/// The redirect URI with the outcome (a code or an error), `iss` (RFC 9207, section 2) and `state`.
pub(super) fn location(
    config: &Config,
    redirect_uri: &str,
    state: Option<&str>,
    outcome: &[(&str, &str)],
) -> String {
    let mut parameters = outcome.to_vec();
    parameters.push(("iss", &config.public_url));
    parameters.extend(state.map(|state| ("state", state)));
    with_parameters(redirect_uri, &parameters)
}
