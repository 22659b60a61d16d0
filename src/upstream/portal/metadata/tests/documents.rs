//! Metadata as real providers publish it (`tests/providers/documents`).

use super::super::{ProviderMetadata, read};
use super::portal;
use crate::config::Portal;
use crate::host::HttpResponse;
use crate::testing::json_answer;
use crate::upstream::portal::client_authentication::ClientAuthentication;
use crate::upstream::portal::fault::ProviderError;
use serde_json::Value;
use url::Url;

macro_rules! documents {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/providers/documents/",
            $name,
            ".json"
        )))),*]
    };
}

const DOCUMENTS: [(&str, &str); 13] = documents!(
    "auth0",
    "authentik",
    "better-auth",
    "cognito",
    "dex",
    "entra",
    "entra-common",
    "google",
    "hydra",
    "keycloak",
    "okta",
    "okta-org",
    "zitadel",
);

/// Reads a document for a connector with this issuer and a client secret.
fn read_as(
    issuer: &str,
    document: &'static str,
) -> Result<(ProviderMetadata, Portal), ProviderError> {
    let portal = portal(&[
        ("portal_issuer", issuer),
        ("portal_client_secret", "a client secret"),
    ]);
    let answer = HttpResponse {
        response: json_answer(200, document).expect("an answer"),
        truncated: false,
    };
    Ok((read(&answer, &portal)?, portal))
}

fn issuer(document: &str) -> String {
    let document: Value = serde_json::from_str(document).expect("JSON");
    document["issuer"].as_str().expect("an issuer").to_owned()
}

/// The documents that a connector can be configured for, with what it reads.
fn readable() -> impl Iterator<Item = (&'static str, ProviderMetadata, Portal)> {
    let documents = DOCUMENTS.into_iter();
    documents
        .filter(|(name, _)| *name != "entra-common")
        .map(|(name, document)| {
            let (metadata, portal) = read_as(&issuer(document), document)
                .unwrap_or_else(|error| panic!("{name}: {}", error.cause()));
            (name, metadata, portal)
        })
}

#[test]
fn documents_of_real_providers_are_read() {
    assert_eq!(readable().count(), DOCUMENTS.len() - 1);
}

#[test]
fn real_providers_take_basic_first_and_then_post() {
    for (name, metadata, portal) in readable() {
        let choices = ClientAuthentication::choices(&metadata, &portal);
        let expected = vec![ClientAuthentication::Basic, ClientAuthentication::Post];
        assert_eq!(choices, Ok(expected), "{name}");
    }
}

#[test]
fn real_providers_share_an_asymmetric_algorithm() {
    for (name, metadata, _) in readable() {
        assert_eq!(metadata.check_algorithms(false), Ok(()), "{name}");
        let usual = if name == "better-auth" {
            "EdDSA"
        } else {
            "RS256"
        };
        assert_eq!(metadata.check_algorithm(usual, false), Ok(()), "{name}");
    }
}

#[test]
fn es512_that_a_provider_lists_is_not_verified() {
    for (name, metadata, _) in readable() {
        if ["keycloak", "zitadel"].contains(&name) {
            assert!(
                metadata
                    .signing_algorithms
                    .iter()
                    .any(|listed| listed == "ES512")
            );
        }
        assert!(metadata.check_algorithm("ES512", true).is_err(), "{name}");
    }
}

#[test]
fn real_providers_list_s256_or_no_pkce_method() {
    for (name, metadata, _) in readable() {
        match metadata.challenge_methods {
            Some(methods) => assert!(methods.iter().any(|method| method == "S256"), "{name}"),
            // Both know PKCE without saying so in their metadata.
            None => assert!(["cognito", "entra"].contains(&name), "{name}"),
        }
    }
}

#[test]
fn providers_that_announce_iss_are_known() {
    let announcing: Vec<&str> = readable()
        .filter(|(_, metadata, _)| metadata.announces_issuer)
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(announcing, ["better-auth", "keycloak"]);
}

#[test]
fn endpoints_on_other_hosts_are_read_as_they_are() {
    for (name, metadata, portal) in readable() {
        let origin = |url: &str| {
            Url::parse(url)
                .expect("a URL")
                .origin()
                .ascii_serialization()
        };
        let userinfo = metadata.userinfo_endpoint.as_deref().expect("userinfo");
        let mut origins = [
            origin(&portal.issuer),
            origin(&metadata.token_endpoint),
            origin(userinfo),
            origin(&metadata.jwks_uri),
        ];
        origins.sort();
        let mut different = origins.to_vec();
        different.dedup();
        let expected = match name {
            "google" => 4,
            "entra" | "cognito" => 2,
            _ => 1,
        };
        assert_eq!(different.len(), expected, "{name}: {different:?}");
    }
}

#[test]
fn a_slash_more_or_less_in_the_issuer_is_refused() {
    for (name, document) in DOCUMENTS {
        let issuer = issuer(document);
        let other = match issuer.strip_suffix('/') {
            Some(shorter) => shorter.to_owned(),
            None => format!("{issuer}/"),
        };
        if name == "entra-common" {
            continue;
        }
        let Err(error) = read_as(&other, document) else {
            panic!("{name} was read as {other}");
        };
        let fix = error.fix().expect("a fix");
        assert!(fix.contains(&format!("`{issuer}`")), "{name}: {fix}");
    }
}

#[test]
fn entra_common_is_refused_with_the_issuer_it_names() {
    let (_, document) = DOCUMENTS[6];
    let common = "https://login.microsoftonline.com/common/v2.0";
    let Err(error) = read_as(common, document) else {
        panic!("`common` was accepted");
    };
    let cause = error.cause();
    assert!(cause.contains("issuer with a placeholder"), "{cause}");
}
