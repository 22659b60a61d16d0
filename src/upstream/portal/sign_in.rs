//! Signing in at the portal: the connector as a relying party (OpenID Connect Core 1.0, section 3.1).

use crate::app::Context;
use crate::config::{Config, Portal};
use crate::host::{Clock, Host, Rng};
use crate::sealing::random::random_text;
use crate::secret::Secret;
use crate::upstream::portal::provider;
use crate::upstream::portal::provider::ProviderError;
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreProviderMetadata,
    CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, SubjectIdentifier, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};

/// Where the portal sends the browser back to.
pub(crate) const CALLBACK_PATH: &str = "/connect/callback";

/// What must be remembered between leaving for the portal and coming back. It is sealed on its way.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SignInTransaction {
    nonce: String,
    verifier: String,
}

/// A person who signed in.
pub(crate) struct SignedIn {
    /// Full name; may be empty.
    pub(crate) name: String,
    /// Email address; may be empty.
    pub(crate) email: String,
    /// Balance, where the portal tells it (claim `credits`).
    pub(crate) credits: Option<i64>,
    /// The portal's access token, which mints a key.
    pub(crate) access_token: Secret,
}

/// Claims beside the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Extra {
    #[serde(default)]
    credits: Option<i64>,
}

impl AdditionalClaims for Extra {}

type PortalClient = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl SignInTransaction {
    /// A fresh nonce and PKCE verifier.
    pub(crate) fn new(host: &impl Rng) -> Self {
        Self {
            nonce: random_text(host).expose().to_owned(),
            verifier: random_text(host).expose().to_owned(),
        }
    }

    /// The address at the portal that signs a person in; `again` asks even a signed-in person ("Not you?").
    ///
    /// # Errors
    /// [`ProviderError`] when the portal's metadata cannot be had.
    pub(crate) async fn location<H: Host>(
        &self,
        context: &Context<'_, H>,
        portal: &Portal,
        state: String,
        again: bool,
    ) -> Result<String, ProviderError> {
        let client = client(
            context.config,
            portal,
            provider::metadata(context, portal).await?,
        )?;
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
        if again {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (address, _, _) = request.url();
        Ok(address.into())
    }

    /// Exchanges the portal's code, and checks the ID token: signature, issuer, audience, expiry, nonce.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub(crate) async fn finish<H: Host>(
        self,
        context: &Context<'_, H>,
        portal: &Portal,
        code: String,
    ) -> Result<SignedIn, ProviderError> {
        let client = client(
            context.config,
            portal,
            provider::metadata(context, portal).await?,
        )?;
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
                // What could not be read may hold a token, so nothing of it is repeated.
                RequestTokenError::Parse(..) => {
                    unexpected("the portal's token answer cannot be read")
                }
                RequestTokenError::Other(_) => {
                    unexpected("the portal's token answer is of another kind")
                }
            })?;
        let subject = match self.subject(context.host, &client, &tokens) {
            // New keys at the portal: look once more.
            Err(IdTokenError::Signature) => {
                provider::forget();
                let client = crate::upstream::portal::sign_in::client(
                    context.config,
                    portal,
                    provider::metadata(context, portal).await?,
                )?;
                self.subject(context.host, &client, &tokens)
            }
            subject => subject,
        }
        .map_err(|error| unexpected(format!("the ID token is not valid: {error}")))?;
        person(context, &client, &tokens, subject).await
    }

    fn subject(
        &self,
        clock: &impl Clock,
        client: &PortalClient,
        tokens: &CoreTokenResponse,
    ) -> Result<SubjectIdentifier, IdTokenError> {
        let id_token = tokens.id_token().ok_or(IdTokenError::Missing)?;
        let now = time(clock);
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

/// Which check of OpenID Connect Core 1.0, section 3.1.3.7 an ID token fails.
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

impl std::fmt::Display for IdTokenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "there is none",
            Self::Signature => "the signature is not the portal's",
            Self::Issuer => "another issuer",
            Self::Audience => "another audience",
            Self::Expired => "it has expired",
            Self::Nonce => "the nonce is not ours",
            Self::AccessToken => "it belongs to another access token",
            Self::Other => "it is malformed",
        })
    }
}

fn client(
    config: &Config,
    portal: &Portal,
    metadata: CoreProviderMetadata,
) -> Result<PortalClient, ProviderError> {
    let callback = RedirectUrl::new(format!("{}{CALLBACK_PATH}", config.public_url))
        .map_err(|_| unexpected("the callback is not a URL"))?;
    let secret = portal
        .client_secret
        .as_ref()
        .map(|secret| ClientSecret::new(secret.expose().to_owned()));
    let client_id = ClientId::new(portal.client_id.clone());
    Ok(CoreClient::from_provider_metadata(metadata, client_id, secret).set_redirect_uri(callback))
}

/// Name, email and balance by userinfo (OpenID Connect Core 1.0, section 5.3), whose subject must be the ID token's.
async fn person<H: Host>(
    context: &Context<'_, H>,
    client: &PortalClient,
    tokens: &CoreTokenResponse,
    subject: SubjectIdentifier,
) -> Result<SignedIn, ProviderError> {
    let http = |request| provider::send(context, request);
    let claims: UserInfoClaims<Extra, CoreGenderClaim> = client
        .user_info(tokens.access_token().clone(), Some(subject))
        .map_err(|_| unexpected("the portal's metadata names no userinfo endpoint"))?
        .request_async(&http)
        .await
        .map_err(|error| match error {
            openidconnect::UserInfoError::Request(error) => ProviderError::Down(error.to_string()),
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

fn time(clock: &impl Clock) -> DateTime<Utc> {
    let seconds = i64::try_from(clock.now().as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn unexpected(text: impl Into<String>) -> ProviderError {
    ProviderError::Unexpected(text.into())
}
