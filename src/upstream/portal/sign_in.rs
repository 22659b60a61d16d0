//! Sign-in at the portal, with the connector as the relying party (OpenID Connect Core 1.0, section 3.1).

use super::provider::{self, ProviderError};
use crate::app::Context;
use crate::config::Portal;
use crate::host::{Clock, Host, Rng};
use crate::sealing::random::random_text;
use crate::secret::Secret;
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, SubjectIdentifier, TokenResponse, UserInfoClaims, UserInfoError,
};
use serde::{Deserialize, Serialize};
use std::fmt;

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
    /// Full name; empty if the portal does not give it.
    pub(crate) name: String,
    /// Email address; empty if the portal does not give it.
    pub(crate) email: String,
    /// Credit balance (claim `credits`).
    pub(crate) credits: Option<i64>,
    /// The portal's access token, which authorizes minting a key.
    pub(crate) access_token: Secret,
}

/// Userinfo claims that OpenID Connect does not define.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PortalClaims {
    #[serde(default)]
    credits: Option<i64>,
}

impl AdditionalClaims for PortalClaims {}

/// A client of the portal whose metadata has been discovered and whose redirect URI is set.
type RelyingParty = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

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
        state: String,
        prompt_login: bool,
    ) -> Result<String, ProviderError> {
        let client = relying_party(context, portal).await?;
        let nonce = Nonce::new(self.nonce.clone());
        let verifier = PkceCodeVerifier::new(self.verifier.clone());
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || nonce,
            )
            .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if prompt_login {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (url, _, _) = request.url();
        Ok(url.into())
    }

    /// Redeems the portal's authorization code, checks the ID token, and asks for the person's claims.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub(crate) async fn finish<H: Host>(
        self,
        context: &Context<'_, H>,
        portal: &Portal,
        code: String,
    ) -> Result<SignedIn, ProviderError> {
        let client = relying_party(context, portal).await?;
        let http = |request| provider::send(context, request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| unexpected("the portal's metadata names no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(self.verifier.clone()))
            .request_async(&http)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(answer)
                    if answer.error().as_ref() == "invalid_grant" =>
                {
                    ProviderError::CodeRefused
                }
                RequestTokenError::ServerResponse(answer) => unexpected(format!(
                    "the portal's token endpoint answered {}",
                    answer.error().as_ref()
                )),
                RequestTokenError::Request(error) => ProviderError::Down(error.to_string()),
                // The unreadable answer may contain a token, so the cause does not quote it.
                RequestTokenError::Parse(..) => {
                    unexpected("the portal's token response cannot be parsed")
                }
                RequestTokenError::Other(_) => {
                    unexpected("the portal's token response is empty or not JSON")
                }
            })?;
        let mut subject = self.check_id_token(context.host, &client, &tokens);
        if subject == Err(IdTokenError::Signature) {
            // The portal may have new signing keys: load them and check once more.
            provider::forget();
            let with_new_keys = relying_party(context, portal).await?;
            subject = self.check_id_token(context.host, &with_new_keys, &tokens);
        }
        let subject =
            subject.map_err(|error| unexpected(format!("the ID token is not valid: {error}")))?;
        user_info(context, &client, &tokens, subject).await
    }

    /// Checks the ID token (OpenID Connect Core 1.0, section 3.1.3.7) and returns its subject.
    fn check_id_token(
        &self,
        clock: &impl Clock,
        client: &RelyingParty,
        tokens: &CoreTokenResponse,
    ) -> Result<SubjectIdentifier, IdTokenError> {
        let id_token = tokens.id_token().ok_or(IdTokenError::Missing)?;
        let now = date_time(clock);
        let verifier = client.id_token_verifier().set_time_fn(move || now);
        let claims = id_token
            .claims(&verifier, &Nonce::new(self.nonce.clone()))
            .map_err(|error| match error {
                ClaimsVerificationError::SignatureVerification(_) => IdTokenError::Signature,
                ClaimsVerificationError::Expired(_) => IdTokenError::Expired,
                ClaimsVerificationError::InvalidAudience(_) => IdTokenError::Audience,
                ClaimsVerificationError::InvalidIssuer(_) => IdTokenError::Issuer,
                ClaimsVerificationError::InvalidNonce(_) => IdTokenError::Nonce,
                _ => IdTokenError::Other,
            })?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(|_| IdTokenError::Other)?;
            let key = id_token
                .signing_key(&verifier)
                .map_err(|_| IdTokenError::Signature)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|_| IdTokenError::Other)?;
            if actual != *expected {
                return Err(IdTokenError::AccessToken);
            }
        }
        Ok(claims.subject().clone())
    }
}

/// Why an ID token is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IdTokenError {
    Missing,
    Signature,
    Issuer,
    Audience,
    Expired,
    Nonce,
    AccessToken,
    Other,
}

impl fmt::Display for IdTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "missing",
            Self::Signature => "wrong signature",
            Self::Issuer => "wrong issuer",
            Self::Audience => "wrong audience",
            Self::Expired => "expired",
            Self::Nonce => "wrong nonce",
            Self::AccessToken => "at_hash does not match the access token",
            Self::Other => "malformed",
        })
    }
}

async fn relying_party<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
) -> Result<RelyingParty, ProviderError> {
    let metadata = provider::metadata(context, portal).await?;
    let redirect_uri = RedirectUrl::new(format!("{}{CALLBACK_PATH}", context.config.public_url))
        .map_err(|_| unexpected("the redirect URI is not a URL"))?;
    let secret = portal
        .client_secret
        .as_ref()
        .map(|secret| ClientSecret::new(secret.expose().to_owned()));
    let client_id = ClientId::new(portal.client_id.clone());
    let client = CoreClient::from_provider_metadata(metadata, client_id, secret);
    Ok(client.set_redirect_uri(redirect_uri))
}

/// Asks for the person's claims (OpenID Connect Core 1.0, section 5.3). Userinfo must have the subject of the ID token.
async fn user_info<H: Host>(
    context: &Context<'_, H>,
    client: &RelyingParty,
    tokens: &CoreTokenResponse,
    subject: SubjectIdentifier,
) -> Result<SignedIn, ProviderError> {
    let http = |request| provider::send(context, request);
    let claims: UserInfoClaims<PortalClaims, CoreGenderClaim> = client
        .user_info(tokens.access_token().clone(), Some(subject))
        .map_err(|_| unexpected("the portal's metadata names no userinfo endpoint"))?
        .request_async(&http)
        .await
        .map_err(|error| match error {
            UserInfoError::Request(error) => ProviderError::Down(error.to_string()),
            _ => unexpected("the portal's userinfo is not valid"),
        })?;
    Ok(SignedIn {
        name: claims
            .name()
            .and_then(|name| name.get(None))
            .map(|name| name.as_str().to_owned())
            .unwrap_or_default(),
        email: claims
            .email()
            .map(|email| email.as_str().to_owned())
            .unwrap_or_default(),
        credits: claims.additional_claims().credits,
        access_token: Secret::new(tokens.access_token().secret().clone()),
    })
}

fn date_time(clock: &impl Clock) -> DateTime<Utc> {
    let seconds = i64::try_from(clock.now().as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn unexpected(text: impl Into<String>) -> ProviderError {
    ProviderError::Unexpected(text.into())
}
