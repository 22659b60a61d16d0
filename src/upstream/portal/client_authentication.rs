//! How the connector authenticates at the portal's token endpoint (OpenID Connect Core 1.0, section 9).

use super::fault::Fault;
use super::metadata::ProviderMetadata;
use crate::config::Portal;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use url::form_urlencoded::byte_serialize;

/// A method of authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientAuthentication {
    /// A public client, which only names itself.
    None,
    /// `client_secret_basic`
    Basic,
    /// `client_secret_post`
    Post,
}

impl ClientAuthentication {
    /// The methods that the connector can use, the preferred one first. Which of them this client must use is known to
    /// the provider alone, so a second one is tried when the first leads to `invalid_client`.
    ///
    /// # Errors
    /// The provider has only methods that the connector does not have.
    pub(crate) fn choices(
        metadata: &ProviderMetadata,
        portal: &Portal,
    ) -> Result<Vec<Self>, Fault> {
        if portal.client_secret.is_none() {
            // Many providers accept public clients without listing `none`.
            return Ok(vec![Self::None]);
        }
        let Some(listed) = &metadata.authentication_methods else {
            // The default of the metadata is `client_secret_basic`.
            return Ok(vec![Self::Basic, Self::Post]);
        };
        let known = [Self::Basic, Self::Post].into_iter();
        let usable: Vec<Self> = known
            .filter(|method| listed.iter().any(|name| name == method.name()))
            .collect();
        if usable.is_empty() {
            return Err(Fault::new(
                "the portal accepts neither client_secret_basic nor client_secret_post, and private_key_jwt and mutual TLS are not supported",
                "Let the portal accept client_secret_basic or client_secret_post for this client, or make it a public client and leave `portal_client_secret` empty.",
            ));
        }
        Ok(usable)
    }

    /// The name in metadata.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }
}

/// The value of an `Authorization` header with the client's credentials (RFC 6749, section 2.3.1), marked as sensitive;
/// `None` without a secret.
pub(crate) fn basic(portal: &Portal) -> Option<HeaderValue> {
    let secret = portal.client_secret.as_ref()?;
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = Secret::new(format!(
        "{}:{}",
        encoded(&portal.client_id),
        encoded(secret.expose())
    ));
    let value = Secret::new(format!("Basic {}", STANDARD.encode(pair.expose())));
    #[expect(clippy::expect_used, reason = "Base64 is ASCII text")]
    let mut value = HeaderValue::from_str(value.expose()).expect("Base64");
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests;
