//! Authorization codes (RFC 6749, section 4.1.2): issued once, redeemed once, told apart from a replay.
//!
//! The store knows a code only by its SHA-256. What it stands for is sealed under a key that is derived from the code,
//! so that whoever reads the store learns nothing from it. `uses-…` is 1 when a code is issued; the one request that
//! moves it to 2 redeems it.

use super::attempt::{Asked, LIFETIME, random_text};
use super::client::fingerprint;
use super::entry::{Entry, Fate};
use super::error::OAuthError;
use super::seal::{Purpose, Sealer, sealed_text};
use crate::Connector;
use crate::host::{Host, StoreError};
use crate::mcp::variant::Variant;
use crate::portal::keys;
use crate::secret::{ApiKey, Secret};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a code stands for.
#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(with = "sealed_text")]
    access_token: Secret,
    /// The token is a key that we minted and may revoke.
    minted: bool,
    scope: String,
    client: String,
    redirect_uri: String,
    named_redirect_uri: bool,
    challenge: String,
    /// The endpoint's address.
    resource: String,
    /// Which of its narrowed addresses the client named, if it named any.
    variant: Option<Variant>,
    expires_at: u64,
    /// Number of the entry for the sweep.
    number: i64,
}

/// What a redemption answers.
pub struct Grant {
    /// The access token.
    pub access_token: Secret,
    /// The granted scope.
    pub scope: String,
}

/// What is to be answered with a code.
pub enum Issued<'a> {
    /// A key that the portal just minted.
    Minted(&'a ApiKey),
    /// A sealed token around the person's own key.
    Sealed(&'a Secret),
}

/// The right to issue one code for one attempt.
pub struct Reservation {
    number: i64,
    entry: Entry,
}

/// Why an attempt gets no code.
#[derive(Debug)]
pub enum NotReserved {
    /// It was answered before.
    AlreadyAnswered,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for NotReserved {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Takes the attempt's single use, before anything is minted. The entry for the sweep comes first of all that is
/// stored, so that nothing is left behind if the process stops half-way.
///
/// # Errors
/// See [`NotReserved`].
pub async fn reserve(host: &impl Host, attempt_id: &str) -> Result<Reservation, NotReserved> {
    let consent = fingerprint(attempt_id);
    if host.increment(&format!("consent-{consent}"), 1).await? != 1 {
        return Err(NotReserved::AlreadyAnswered);
    }
    let entry = Entry {
        consent,
        code: None,
        expires_at: host.now().as_secs() + LIFETIME,
        fate: Fate::Open { key: None },
    };
    let number = Entry::number(host).await?;
    entry.write(host, number).await?;
    Ok(Reservation { number, entry })
}

impl Reservation {
    /// Gives the single use back: nothing was minted, and the person may try again.
    pub async fn release(self, host: &impl Host) {
        // If the store fails here, the person starts again from their app.
        let _ = host
            .delete(&format!("consent-{}", self.entry.consent))
            .await;
    }

    /// Issues the code.
    ///
    /// # Errors
    /// The store's. A minted key is then revoked by the caller.
    pub async fn issue(
        mut self,
        host: &impl Host,
        sealer: &Sealer,
        resource: &str,
        asked: &Asked,
        issued: Issued<'_>,
        scope: &str,
    ) -> Result<Secret, StoreError> {
        let code = random_text(host);
        let hash = fingerprint(code.expose());
        let (access_token, key) = match issued {
            Issued::Minted(key) => (Secret::new(key.expose()), Some(key.expose())),
            Issued::Sealed(token) => (token.clone(), None),
        };
        let record = Record {
            access_token,
            minted: key.is_some(),
            scope: scope.to_owned(),
            client: asked.client.clone(),
            redirect_uri: asked.redirect_uri.clone(),
            named_redirect_uri: asked.named_redirect_uri,
            challenge: asked.challenge.clone(),
            resource: resource.to_owned(),
            variant: asked.resource,
            expires_at: self.entry.expires_at,
            number: self.number,
        };
        self.entry.code = Some(hash.clone());
        self.entry.fate = Fate::Open {
            key: key.map(|key| sealer.seal(host, Purpose::Unredeemed, &key)),
        };
        self.entry.write(host, self.number).await?;
        host.increment(&format!("uses-{hash}"), 1).await?;
        let sealed = sealer.seal_under_code(host, &code, &record);
        host.set(&format!("code-{hash}"), &sealed).await?;
        Ok(code)
    }
}

/// A token request's side of the exchange.
pub struct Presented<'a> {
    /// The code.
    pub code: &'a Secret,
    /// Fingerprint of the authenticated client.
    pub client: &'a str,
    /// `redirect_uri`, if sent.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier` (RFC 7636).
    pub verifier: &'a str,
    /// `resource` (RFC 8707), if sent.
    pub resource: Option<Variant>,
}

/// Redeems a code. A request that is not entitled to it changes nothing; a second one of the right client, after the
/// first was answered, revokes the key (RFC 6749, section 4.1.2; RFC 9700, section 2.1.1).
///
/// # Errors
/// `invalid_grant`, or `temporarily_unavailable` when the store fails.
pub async fn redeem<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    presented: &Presented<'_>,
) -> Result<Grant, OAuthError> {
    let host = &connector.host;
    let unknown =
        || OAuthError::invalid_grant("The code is unknown, expired or used: start again.");
    let hash = fingerprint(presented.code.expose());
    let sealed = host
        .get(&format!("code-{hash}"))
        .await?
        .ok_or_else(unknown)?;
    let record: Record = sealer
        .open_under_code(presented.code, &sealed)
        .ok_or_else(unknown)?;
    if host.now().as_secs() >= record.expires_at {
        return Err(unknown());
    }
    record.check(presented, &connector.config.resource)?;

    // Read before the counter moves: whoever finds the code redeemed here came after the answer, and is no racer.
    let mut entry = Entry::read(host, record.number)
        .await?
        .ok_or_else(unknown)?;
    let uses = format!("uses-{hash}");
    match host.increment(&uses, 1).await? {
        2 => {
            entry.fate = Fate::Redeemed;
            entry.write(host, record.number).await?;
            Ok(Grant {
                access_token: record.access_token,
                scope: record.scope,
            })
        }
        // The sweep took the code away just now; no counter may stay behind.
        1 => {
            host.delete(&uses).await?;
            Err(unknown())
        }
        _ => {
            if record.minted && !matches!(entry.fate, Fate::Open { .. }) {
                replayed(connector, sealer, &record, entry).await?;
            }
            Err(unknown())
        }
    }
}

/// Revokes what a replayed code had issued; the sweep tries again if the portal does not answer.
async fn replayed<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    record: &Record,
    mut entry: Entry,
) -> Result<(), OAuthError> {
    let host = &connector.host;
    let Ok(key) = ApiKey::parse(record.access_token.expose()) else {
        return Ok(());
    };
    host.log("a code was used twice: its key is revoked");
    if let Err(reason) = keys::revoke(connector, &key, &keys::WAITED_FOR).await {
        host.log(&format!(
            "the key of a replayed code could not be revoked yet: {reason}"
        ));
        entry.fate = Fate::Doomed {
            key: sealer.seal(host, Purpose::Unredeemed, &key.expose()),
        };
        entry.write(host, record.number).await?;
    }
    Ok(())
}

impl Record {
    fn check(&self, presented: &Presented<'_>, resource: &str) -> Result<(), OAuthError> {
        if self.client != presented.client {
            return Err(OAuthError::invalid_grant(
                "The code was issued to another client.",
            ));
        }
        let same_uri = match presented.redirect_uri {
            Some(uri) => uri == self.redirect_uri,
            None => !self.named_redirect_uri,
        };
        if !same_uri {
            return Err(OAuthError::invalid_grant(
                "redirect_uri must be the one of the authorization request.",
            ));
        }
        if !is_verifier(presented.verifier, &self.challenge) {
            return Err(OAuthError::invalid_grant(
                "code_verifier does not match the code_challenge.",
            ));
        }
        let other_variant =
            matches!((self.variant, presented.resource), (Some(one), Some(other)) if one != other);
        // The public address may have changed in between.
        if other_variant || self.resource != resource {
            return Err(OAuthError::invalid_grant(
                "The code is for another resource.",
            ));
        }
        Ok(())
    }
}

/// RFC 7636, section 4.6, in time that does not depend on where they differ.
fn is_verifier(verifier: &str, challenge: &str) -> bool {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    is_pkce_text(verifier) && bool::from(hash.as_bytes().ct_eq(challenge.as_bytes()))
}

/// RFC 7636, sections 4.1 and 4.2: 43 to 128 unreserved characters.
pub fn is_pkce_text(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
