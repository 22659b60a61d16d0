//! Metadata of the portal's OpenID provider (OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2).
//!
//! Only the members that the connector uses are read, so an unusual value elsewhere does not stop a sign-in. What an
//! operator must change is told as a [`Fault`].

use super::fault::{Fault, ProviderError, may_pass};
use crate::config::Portal;
use crate::host::HttpResponse;
use crate::jose::keys::{ASYMMETRIC, SYMMETRIC};
use crate::text::excerpt;
use crate::web::uri::keeps_secrets;
use http::{StatusCode, Uri};
use serde_json::Value;
use url::Url;

/// What the connector knows of the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderMetadata {
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: String,
    /// `None` if the provider has none.
    pub(crate) userinfo_endpoint: Option<String>,
    pub(crate) jwks_uri: String,
    /// `token_endpoint_auth_methods_supported`; `None` if the metadata does not say.
    pub(crate) authentication_methods: Option<Vec<String>>,
    /// `id_token_signing_alg_values_supported`; empty if the metadata does not say.
    pub(crate) signing_algorithms: Vec<String>,
    /// `code_challenge_methods_supported`; `None` if the metadata does not say.
    pub(crate) challenge_methods: Option<Vec<String>>,
    /// `scopes_supported`; `None` if the metadata does not say.
    pub(crate) scopes: Option<Vec<String>>,
    /// Whether every authorization response has `iss` (RFC 9207, section 3).
    pub(crate) announces_issuer: bool,
}

/// URL of the metadata.
pub(crate) fn url(portal: &Portal) -> String {
    let issuer = portal.issuer.trim_end_matches('/');
    format!("{issuer}/.well-known/openid-configuration")
}

/// Reads the answer to a request for the metadata.
///
/// # Errors
/// [`ProviderError::Down`] for an answer that may pass, otherwise [`ProviderError::Misconfigured`].
pub(crate) fn read(
    answer: &HttpResponse,
    portal: &Portal,
) -> Result<ProviderMetadata, ProviderError> {
    let status = answer.response.status();
    if may_pass(status) {
        let cause = format!("the portal's metadata answers {}", status.as_u16());
        return Err(ProviderError::Down(cause));
    }
    let fault = |problem: String| {
        Err(Fault::new(
            problem,
            format!(
                "Set `portal_issuer` to the issuer of the portal: {} must be its metadata.",
                excerpt(&url(portal), 200)
            ),
        )
        .into())
    };
    if status != StatusCode::OK {
        return fault(format!(
            "the portal's metadata answers {}, not 200",
            status.as_u16()
        ));
    }
    match serde_json::from_slice::<Value>(answer.response.body()) {
        Ok(document) if document.is_object() => Ok(parse(&document, portal)?),
        _ => fault("the portal's metadata is not a JSON object".to_owned()),
    }
}

fn parse(document: &Value, portal: &Portal) -> Result<ProviderMetadata, Fault> {
    match document["issuer"].as_str() {
        Some(issuer) if issuer == portal.issuer => {}
        // Entra ID has one document for all tenants, whose issuer stands for that of each.
        Some(issuer) if issuer.contains('{') => {
            return Err(Fault::new(
                "the portal's metadata names an issuer with a placeholder, which no ID token has",
                "Set `portal_issuer` to the issuer of one tenant.",
            ));
        }
        Some(issuer) => {
            let issuer = excerpt(issuer, 200);
            return Err(Fault::new(
                format!(
                    "the portal's metadata names the issuer `{issuer}`, and `portal_issuer` is another one"
                ),
                format!(
                    "If that is the portal, set `portal_issuer` to `{issuer}`, with every slash as it is."
                ),
            ));
        }
        None => {
            return Err(Fault::new(
                "the portal's metadata names no issuer",
                "Set `portal_issuer` to the issuer of an OpenID provider.",
            ));
        }
    }
    let required = |name: &str| {
        endpoint(document, name)?.ok_or_else(|| {
            Fault::new(
                format!("the portal's metadata has no `{name}`"),
                "Use an OpenID provider that has the authorization code flow.",
            )
        })
    };
    Ok(ProviderMetadata {
        authorization_endpoint: required("authorization_endpoint")?,
        token_endpoint: required("token_endpoint")?.into(),
        userinfo_endpoint: endpoint(document, "userinfo_endpoint")?.map(Url::into),
        jwks_uri: required("jwks_uri")?.into(),
        authentication_methods: texts(document, "token_endpoint_auth_methods_supported"),
        signing_algorithms: texts(document, "id_token_signing_alg_values_supported")
            .unwrap_or_default(),
        challenge_methods: texts(document, "code_challenge_methods_supported"),
        scopes: texts(document, "scopes_supported"),
        announces_issuer: document["authorization_response_iss_parameter_supported"] == true,
    })
}

/// An endpoint, to which credentials go: https, except on this computer or between components of one application.
fn endpoint(document: &Value, name: &str) -> Result<Option<Url>, Fault> {
    let text = match &document[name] {
        Value::Null => return Ok(None),
        value => value.as_str().unwrap_or_default(),
    };
    Url::parse(text)
        .ok()
        .filter(keeps_secrets)
        // `Url` accepts more than a request can be sent to.
        .filter(|url| url.as_str().parse::<Uri>().is_ok())
        .map(Some)
        .ok_or_else(|| {
            Fault::new(
                format!("`{name}` of the portal's metadata is not an https URL"),
                "Let the portal publish https URLs: it may need to know the address under which a proxy serves it.",
            )
        })
}

/// A member that is a list of texts.
fn texts(document: &Value, name: &str) -> Option<Vec<String>> {
    let list = document[name].as_array()?;
    let texts = list.iter().filter_map(Value::as_str);
    Some(texts.map(str::to_owned).collect())
}

impl ProviderMetadata {
    /// Whether the PKCE method S256 is accepted; `None` if the metadata does not say.
    pub(crate) fn accepts_s256(&self) -> Option<bool> {
        let methods = self.challenge_methods.as_ref()?;
        Some(methods.iter().any(|method| method == "S256"))
    }

    /// Checks that an ID token may be signed with this algorithm. `EdDSA` and `Ed25519` are two names of one algorithm
    /// (RFC 9864, section 4.1).
    ///
    /// # Errors
    /// What the operator must change.
    pub(crate) fn check_algorithm(&self, algorithm: &str, has_secret: bool) -> Result<(), Fault> {
        let known =
            ASYMMETRIC.contains(&algorithm) || (has_secret && SYMMETRIC.contains(&algorithm));
        let shown = excerpt(algorithm, 20);
        if !known {
            return Err(Fault::new(
                format!("ID tokens signed with `{shown}` cannot be verified"),
                format!(
                    "Let the portal sign ID tokens for this client with one of {}.",
                    ASYMMETRIC.join(", ")
                ),
            ));
        }
        let same =
            |listed: &String| listed == algorithm || (is_ed25519(listed) && is_ed25519(algorithm));
        // RS256 is the default, which every provider must have.
        let default = self.signing_algorithms.is_empty() && algorithm == "RS256";
        if default || self.signing_algorithms.iter().any(same) {
            return Ok(());
        }
        Err(Fault::new(
            format!(
                "an ID token is signed with `{shown}`, which the portal's metadata does not list"
            ),
            "Let the portal list every algorithm that it uses in `id_token_signing_alg_values_supported`.",
        ))
    }

    /// Checks that at least one algorithm of the provider can be verified.
    ///
    /// # Errors
    /// What the operator must change.
    pub(crate) fn check_algorithms(&self, has_secret: bool) -> Result<(), Fault> {
        let mut listed = self.signing_algorithms.iter();
        if self.signing_algorithms.is_empty()
            || listed.any(|listed| self.check_algorithm(listed, has_secret).is_ok())
        {
            return Ok(());
        }
        Err(Fault::new(
            format!(
                "the portal signs ID tokens with {} only, which cannot be verified",
                excerpt(&self.signing_algorithms.join(", "), 100)
            ),
            format!(
                "Let the portal sign ID tokens with one of {}.",
                ASYMMETRIC.join(", ")
            ),
        ))
    }
}

fn is_ed25519(algorithm: &str) -> bool {
    matches!(algorithm, "EdDSA" | "Ed25519")
}

#[cfg(test)]
pub(crate) mod tests;
