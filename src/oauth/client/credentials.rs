//! Client authentication at the token and revocation endpoints (RFC 6749, section 2.3).

use super::assertion::{self, Assertion};
use super::identity::ClientAuthentication;
use super::metadata_document::{self, DocumentError};
use super::registered;
use crate::app::Context;
use crate::digest::sha256_hex;
use crate::host::Host;
use crate::ledger::rate_limit;
use crate::ledger::single_use::{ReservationError, reserve};
use crate::oauth::error::OAuthError;
use crate::sealing::seal::Sealer;
use crate::secret::Secret;
use crate::web::form::Parameters;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

/// The client id and, if the client sent one, the proof that it is this client.
#[derive(Debug)]
pub(crate) struct ClientCredentials {
    id: String,
    proof: Proof,
}

#[derive(Debug)]
enum Proof {
    /// A public client.
    None,
    /// `client_secret_post`
    PostedSecret(Secret),
    /// `client_secret_basic`
    BasicSecret(Secret),
    /// `private_key_jwt`
    Assertion(Secret),
}

/// A client that has authenticated as far as its method demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthenticatedClient {
    /// SHA-256 of the client id, in hexadecimal.
    pub(crate) hash: String,
    /// If it proved that it has the private key of its document: what identifies its assertion.
    pub(crate) assertion: Option<String>,
}

impl AuthenticatedClient {
    /// Makes sure that the assertion, if the client sent one, is used for the first time (RFC 7523, section 3). This is
    /// done only for a request that is valid otherwise, because each use is kept in the store until it expires.
    ///
    /// # Errors
    /// `invalid_client`, or `temporarily_unavailable` if the store fails.
    pub(crate) async fn use_assertion(&self, host: &impl Host) -> Result<(), OAuthError> {
        let Some(assertion) = &self.assertion else {
            return Ok(());
        };
        match reserve(host, assertion).await {
            Ok(_) => Ok(()),
            Err(ReservationError::AlreadyUsed) => Err(OAuthError::invalid_assertion(
                "The client assertion was used before (jti).",
            )),
            Err(ReservationError::Store(error)) => Err(error.into()),
        }
    }
}

impl ClientCredentials {
    /// Reads the credentials from the Authorization header or the form; `None` if the request names no client.
    ///
    /// # Errors
    /// `invalid_request` if the request uses more than one method, `invalid_client` if its credentials cannot be read.
    pub(crate) fn read(
        headers: &HeaderMap,
        form: &Parameters<'_>,
    ) -> Result<Option<Self>, OAuthError> {
        let id_in_form = form.one("client_id")?;
        let secret = form.one("client_secret")?;
        let assertion = form.one("client_assertion")?;
        let assertion_type = form.one("client_assertion_type")?;
        let authorization = headers.get(header::AUTHORIZATION);
        let (id, proof) = match (authorization, secret, assertion) {
            (None, None, None) => match id_in_form {
                Some(id) => (id.to_owned(), Proof::None),
                None => return Ok(None),
            },
            (None, Some(secret), None) => match id_in_form {
                Some(id) => (id.to_owned(), Proof::PostedSecret(Secret::new(secret))),
                None => return Ok(None),
            },
            (Some(authorization), None, None) => {
                let (id, secret) = basic(authorization.to_str().unwrap_or_default())
                    .ok_or_else(|| OAuthError::invalid_client(true))?;
                (id, Proof::BasicSecret(Secret::new(secret)))
            }
            (None, None, Some(assertion)) => {
                if assertion_type != Some(assertion::TYPE) {
                    return Err(OAuthError::invalid_request(
                        "client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer.",
                    ));
                }
                let read = Assertion::read(assertion).map_err(OAuthError::invalid_assertion)?;
                let id = read.client_id().ok_or_else(|| {
                    OAuthError::invalid_assertion("The client assertion has no sub.")
                })?;
                (id.to_owned(), Proof::Assertion(Secret::new(assertion)))
            }
            _ => {
                return Err(OAuthError::invalid_request(
                    "The client must authenticate in one way only.",
                ));
            }
        };
        if id_in_form.is_some_and(|in_form| in_form != id) {
            return Err(OAuthError::invalid_request(
                "client_id differs from the client that authenticates.",
            ));
        }
        Ok(Some(Self { id, proof }))
    }

    /// Authenticates the client. The secret of a public client is ignored.
    ///
    /// # Errors
    /// `invalid_client`, or `temporarily_unavailable` if the keys of the client cannot be loaded.
    pub(crate) async fn authenticate<H: Host>(
        &self,
        context: &Context<'_, H>,
        sealer: &Sealer,
    ) -> Result<AuthenticatedClient, OAuthError> {
        let assertion = match &self.proof {
            Proof::Assertion(assertion) => Some(self.check_assertion(context, assertion).await?),
            Proof::None | Proof::PostedSecret(_) | Proof::BasicSecret(_)
                if self.is_authentic(context, sealer) =>
            {
                None
            }
            proof => {
                let used_basic = matches!(proof, Proof::BasicSecret(_));
                return Err(OAuthError::invalid_client(used_basic));
            }
        };
        Ok(AuthenticatedClient {
            hash: sha256_hex(&self.id),
            assertion,
        })
    }

    /// Whether a client that sent no assertion is authentic. A client with keys is not recognised here, because that
    /// would take its document; a code that was issued to it is redeemed only by an authentication with a key.
    fn is_authentic<H: Host>(&self, context: &Context<'_, H>, sealer: &Sealer) -> bool {
        if !self.id.starts_with(registered::PREFIX) {
            return metadata_document::is_id(&self.id, context.config);
        }
        let secret = match &self.proof {
            Proof::PostedSecret(secret) | Proof::BasicSecret(secret) => Some(secret),
            Proof::None | Proof::Assertion(_) => None,
        };
        registered::open(sealer, &self.id).is_some_and(|client| match client.authentication {
            ClientAuthentication::Secret => secret
                .is_some_and(|secret| registered::is_secret(sealer, &self.id, secret.expose())),
            ClientAuthentication::None | ClientAuthentication::PrivateKey(_) => true,
        })
    }

    /// Checks the claims and the signature of an assertion. Returns what identifies it among all assertions.
    async fn check_assertion<H: Host>(
        &self,
        context: &Context<'_, H>,
        assertion: &Secret,
    ) -> Result<String, OAuthError> {
        let assertion =
            Assertion::read(assertion.expose()).map_err(OAuthError::invalid_assertion)?;
        let now = context.host.now().as_secs_f64();
        assertion
            .check(&self.id, context.config, now)
            .map_err(OAuthError::invalid_assertion)?;
        // A signature takes long to verify, so a caller may not send many that are wrong.
        rate_limit::check_refused_keys(context)
            .await
            .map_err(OAuthError::too_many_requests)?;
        let client = metadata_document::find(context, &self.id).await;
        let ClientAuthentication::PrivateKey(keys) = client.map_err(not_loaded)?.authentication
        else {
            return Err(OAuthError::invalid_assertion(
                "The metadata document of the client has no keys.",
            ));
        };
        let loaded = metadata_document::load_keys(context, &keys)
            .await
            .map_err(not_loaded)?;
        if let Err(problem) = assertion.verify(&loaded, keys.algorithm.as_deref()) {
            metadata_document::refresh_soon(context, &self.id, &keys);
            rate_limit::count_refused_key(context).await;
            return Err(OAuthError::invalid_assertion(problem));
        }
        let client = sha256_hex(&self.id);
        Ok(format!("assertion {client} {}", assertion.id()))
    }
}

/// The document or the key set of a client that sent an assertion cannot be used.
fn not_loaded(error: DocumentError) -> OAuthError {
    match error {
        DocumentError::Unknown => OAuthError::invalid_client(false),
        DocumentError::Invalid => OAuthError::invalid_assertion(
            "The metadata document or the keys of the client are not valid.",
        ),
        DocumentError::TooManyRequests(seconds) => OAuthError::too_many_requests(seconds),
        DocumentError::Forbidden | DocumentError::Unavailable => OAuthError {
            description:
                "The metadata document or the keys of the client cannot be loaded: try again."
                    .into(),
            ..OAuthError::unavailable()
        },
    }
}

/// Id and secret of `Basic` credentials, which are form-encoded (RFC 6749, section 2.3.1).
fn basic(authorization: &str) -> Option<(String, String)> {
    let (scheme, encoded) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced)
            .decode_utf8()
            .ok()
            .map(|text| text.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}
