//! Sign-in at the portal, with the connector as the relying party (OpenID Connect Core 1.0, section 3.1).

use super::claims::Claims;
use super::fault::{Fault, ProviderError};
use super::id_token::{Expected, IdTokenError};
use super::metadata::ProviderMetadata;
use super::token_request::{self, Grant, Tokens};
use super::{provider, userinfo};
use crate::app::Context;
use crate::config::Portal;
use crate::digest::sha256_base64url;
use crate::host::{Host, Rng};
use crate::jose::keys::PublicKey;
use crate::sealing::random::random_text;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::rc::Rc;
use url::Url;

/// Path of the redirect URI that is registered at the portal.
pub(crate) const CALLBACK_PATH: &str = "/connect/callback";

/// The secrets of one sign-in. They travel sealed in `state`, from the authentication request to the callback.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SignInTransaction {
    nonce: String,
    verifier: String,
}

/// A person who signed in.
pub(crate) struct SignedIn {
    pub(crate) claims: Claims,
    /// The portal's access token, which authorizes minting a key.
    pub(crate) access_token: Secret,
    /// The ID token, which tells the keys API for which client and for which person a key is minted.
    pub(crate) id_token: Secret,
}

impl SignInTransaction {
    /// Draws a nonce and a PKCE code verifier.
    pub(crate) fn new(host: &impl Rng) -> Self {
        Self {
            nonce: random_text(host).expose().to_owned(),
            verifier: random_text(host).expose().to_owned(),
        }
    }

    /// The URL of the authentication request. With `prompt_login`, the portal asks for a sign-in even if the person
    /// has a session (`prompt=login`).
    ///
    /// # Errors
    /// [`ProviderError`] when the portal's metadata is not available.
    pub(crate) async fn location<H: Host>(
        &self,
        context: &Context<'_, H>,
        portal: &Portal,
        state: &str,
        prompt_login: bool,
    ) -> Result<String, ProviderError> {
        let metadata = provider::metadata(context, portal).await?;
        if metadata.accepts_s256() == Some(false) {
            return Err(Fault::new(
                "the portal does not accept the PKCE method S256",
                "Let the portal accept PKCE with S256.",
            )
            .into());
        }
        let prompt = prompt_login.then_some("login");
        let url = self.url(context, portal, &metadata, state, prompt);
        Ok(url.into())
    }

    /// The URL of the authentication request at a provider with this metadata.
    pub(super) fn url<H: Host>(
        &self,
        context: &Context<'_, H>,
        portal: &Portal,
        metadata: &ProviderMetadata,
        state: &str,
        prompt: Option<&str>,
    ) -> Url {
        let mut url = metadata.authorization_endpoint.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &portal.client_id)
            .append_pair("redirect_uri", &redirect_uri(context))
            .append_pair("scope", &portal.scopes.join(" "))
            .append_pair("state", state)
            .append_pair("nonce", &self.nonce)
            .append_pair("code_challenge", &sha256_base64url(&self.verifier))
            .append_pair("code_challenge_method", "S256");
        if let Some(resource) = &portal.resource {
            query.append_pair("resource", resource);
        }
        if let Some(prompt) = prompt {
            query.append_pair("prompt", prompt);
        }
        drop(query);
        url
    }

    /// Redeems the portal's authorization code, checks the ID token, and looks for the person's claims.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub(crate) async fn finish<H: Host>(
        self,
        context: &Context<'_, H>,
        portal: &Portal,
        code: &str,
    ) -> Result<SignedIn, ProviderError> {
        let metadata = provider::metadata(context, portal).await?;
        let redirect_uri = redirect_uri(context);
        let grant = Grant {
            code,
            verifier: &self.verifier,
            redirect_uri: &redirect_uri,
        };
        let tokens = token_request::redeem(context, portal, &metadata, &grant).await?;
        let expected = Expected {
            portal,
            metadata: &metadata,
            nonce: &self.nonce,
            access_token: &tokens.access_token,
            now: context.host.now().as_secs_f64(),
        };
        let (verified, keys) = check(context, &expected, &tokens).await?;
        let subject = verified.get("sub").and_then(Value::as_str);
        let subject = subject.unwrap_or_default();
        let mut claims = Claims::read(&verified);
        if claims.are_anonymous() {
            claims = claims.or(userinfo::claims(context, &expected, &keys, subject).await?);
        }
        Ok(SignedIn {
            claims,
            access_token: tokens.access_token,
            id_token: tokens.id_token,
        })
    }
}

/// Checks the ID token. If no known key verifies it, the portal may have new keys, so they are loaded once more.
async fn check<H: Host>(
    context: &Context<'_, H>,
    expected: &Expected<'_>,
    tokens: &Tokens,
) -> Result<(Value, Rc<[PublicKey]>), ProviderError> {
    for _ in 0..2 {
        let keys = provider::keys(context, expected.metadata).await?;
        match expected.check(&tokens.id_token, &keys) {
            Ok(claims) => return Ok((claims, keys)),
            Err(IdTokenError::Signature) => provider::forget(),
            Err(IdTokenError::Other(error)) => return Err(error),
        }
    }
    Err(ProviderError::Unexpected(
        "no key of the portal verifies the ID token".to_owned(),
    ))
}

/// The redirect URI that is registered at the portal.
pub(crate) fn redirect_uri<H: Host>(context: &Context<'_, H>) -> String {
    format!("{}{CALLBACK_PATH}", context.config.public_url)
}

/// Checks that an authorization response comes from this portal (RFC 9207, section 2.4).
///
/// # Errors
/// [`ProviderError`].
pub(crate) async fn check_issuer<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    issuers: &[&str],
) -> Result<(), ProviderError> {
    if issuers.iter().any(|issuer| *issuer != portal.issuer) {
        return Err(ProviderError::Unexpected(
            "the authorization response came from another issuer".to_owned(),
        ));
    }
    if issuers.is_empty() && provider::metadata(context, portal).await?.announces_issuer {
        return Err(Fault::new(
            "the authorization response has no iss, which the portal's metadata announces",
            "Let the portal add iss to every authorization response (RFC 9207), or not announce it.",
        )
        .into());
    }
    Ok(())
}
