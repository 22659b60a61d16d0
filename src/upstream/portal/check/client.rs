//! Whether the provider knows the connector as its client: redeems a code that the connector makes up. A provider
//! authenticates the client before it looks at the code (RFC 6749, section 4.1.3).

use super::asking::{Asking, Server};
use super::finding::{Finding, sentence};
use crate::check::CheckName;
use crate::config::Portal;
use crate::host::{Host, HttpError, HttpResponse};
use crate::sealing::random::random_text;
use crate::text::{display_name, excerpt};
use crate::upstream::portal::client_authentication::ClientAuthentication;
use crate::upstream::portal::metadata::ProviderMetadata;
use crate::upstream::portal::sign_in::redirect_uri;
use crate::upstream::portal::token_request::{self, Failure, Grant, OAuthError};

const NAME: CheckName = CheckName::ClientAuthentication;
const ENDPOINT_FIX: &str =
    "Check `token_endpoint` in the metadata of the portal, and the server there.";

/// What an answer of the token endpoint says about the client.
enum Answer {
    /// The client is known, and the code is not.
    Known,
    /// The client is unknown, or did not authenticate as it must.
    Unknown(String),
    /// Something else is wrong, or nothing can be said.
    Other(Finding),
}

pub(super) async fn check<H: Host>(
    asking: &Asking<'_, H>,
    portal: &Portal,
    metadata: &ProviderMetadata,
) -> Finding {
    let mut methods = match ClientAuthentication::choices(metadata, portal) {
        Ok(methods) => methods,
        Err(fault) => return Finding::failed(NAME, sentence(&fault.problem), fault.fix),
    };
    let has_secret = portal.client_secret.is_some();
    if has_secret {
        // A public client whose secret is in the way.
        methods.push(ClientAuthentication::None);
    }
    let mut said = String::new();
    for method in methods {
        match ask(asking, portal, metadata, method).await {
            Answer::Known if has_secret && method == ClientAuthentication::None => {
                return Finding::failed(
                    NAME,
                    "The portal refuses the client with its secret, and accepts it without one: it is a public client.",
                    "Leave `portal_client_secret` empty, or make the client a confidential one at the portal.",
                )
                .with_detail(Some(said));
            }
            Answer::Known => {
                return Finding::noted(
                    NAME,
                    format!("The portal knows the client (`{}`).", method.name()),
                );
            }
            // What was said with the secret is worth more.
            Answer::Unknown(text) if said.is_empty() => said = text,
            Answer::Unknown(_) => {}
            Answer::Other(_) if !said.is_empty() => {}
            Answer::Other(finding) => return finding,
        }
    }
    let (problem, fix) = if has_secret {
        (
            "The portal does not accept the client id and the secret.",
            "Compare `portal_client_id` and `portal_client_secret` with the client at the portal. The secret may have expired, or its id was taken for its value.",
        )
    } else {
        (
            "The portal does not know the client, or wants a secret from it.",
            "Compare `portal_client_id` with the client at the portal. If it is a confidential client, set `portal_client_secret`; otherwise make it a public client (authentication method `none`).",
        )
    };
    Finding::failed(NAME, problem, fix).with_detail(Some(said))
}

async fn ask<H: Host>(
    asking: &Asking<'_, H>,
    portal: &Portal,
    metadata: &ProviderMetadata,
    method: ClientAuthentication,
) -> Answer {
    let host = asking.context.host;
    let (code, verifier) = (random_text(host), random_text(host));
    let grant = Grant {
        code: code.expose(),
        verifier: verifier.expose(),
        redirect_uri: &redirect_uri(asking.context),
    };
    let request = match token_request::request(portal, metadata, &grant, method) {
        Ok(request) => request,
        Err(error) => {
            let finding = Finding::failed(NAME, sentence(error.cause()), ENDPOINT_FIX);
            return Answer::Other(finding);
        }
    };
    judged(&asking.send(Server::Token, request).await, portal)
}

/// What an answer says.
fn judged(answer: &Result<HttpResponse, HttpError>, portal: &Portal) -> Answer {
    let read = match answer {
        Ok(answer) => token_request::read(answer),
        Err(error) => {
            let server = "the token endpoint of the portal";
            return Answer::Other(Finding::unreachable(NAME, server, error, ENDPOINT_FIX));
        }
    };
    let error = match read {
        Err(Failure::Error(error)) => error,
        Err(Failure::Other(error)) => {
            let fix = error.fix().unwrap_or(ENDPOINT_FIX);
            return Answer::Other(Finding::failed(NAME, sentence(error.cause()), fix));
        }
        Ok(_) => {
            return Answer::Other(Finding::failed(
                NAME,
                "The portal issues tokens for a code that the connector made up.",
                "Do not use this portal before it checks codes.",
            ));
        }
    };
    let detail = detail(&error, portal);
    let failed = |problem: &str, fix: &str| {
        Answer::Other(Finding::failed(NAME, problem, fix).with_detail(Some(detail.clone())))
    };
    match error.code.as_str() {
        "invalid_grant" => Answer::Known,
        _ if error.is_about_client => Answer::Unknown(detail),
        "unauthorized_client" | "unsupported_grant_type" => failed(
            "The portal does not let the client redeem codes.",
            "Allow this client the authorization code flow at the portal. Some portals answer the same when the secret is wrong: compare `portal_client_secret`, too.",
        ),
        "invalid_target" => failed(
            "The portal does not issue access tokens for the resource.",
            "Compare `portal_resource` with the resources (APIs) at the portal, and allow them to the client.",
        ),
        code => Answer::Other(Finding::open(
            NAME,
            format!(
                "The portal answers a made-up code with `{}`, which does not say whether it knows the client.",
                error_code(code)
            ),
            "Sign in once to see whether it does.",
        )),
    }
}

/// An error code for everyone to read: only what such codes are made of.
pub(super) fn error_code(code: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    excerpt(&code.replace(|c| !is_plain(c), "?"), 40)
}

/// What the portal said, for the log.
fn detail(error: &OAuthError, portal: &Portal) -> String {
    let description = token_request::without_secret(&error.description, portal);
    let description = display_name(&description, 200);
    let detail = format!("It answered {} {description}", error_code(&error.code));
    detail.trim_end().to_owned()
}
