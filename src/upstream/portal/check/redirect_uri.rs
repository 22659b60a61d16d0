//! Whether the redirect URI is registered: sends an authentication request that must not ask the person for anything
//! (`prompt=none`, OpenID Connect Core 1.0, section 3.1.2.1). A provider sends the browser back with an error then, and
//! only to a redirect URI that it knows (RFC 6749, section 3.1.2.4). Its own page means that it does not know it, or that
//! it does not follow the specification.

use super::asking::{Asking, Server};
use super::client::error_code;
use super::finding::Finding;
use crate::check::CheckName;
use crate::config::Portal;
use crate::host::{Host, HttpError, HttpResponse};
use crate::sealing::random::random_text;
use crate::upstream::portal::metadata::ProviderMetadata;
use crate::upstream::portal::oauth_error::needs_person;
use crate::upstream::portal::sign_in::{SignInTransaction, redirect_uri};
use crate::upstream::request::page;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::LOCATION;
use url::{Position, Url};

const NAME: CheckName = CheckName::RedirectUri;

/// What providers write when the redirect URI is not registered, in lower case: RFC 6749 has no code for it.
const UNREGISTERED: [&str; 12] = [
    "redirect_uri_mismatch",
    "redirect_mismatch",
    "invalid_redirect_uri",
    "invalid_redirect",
    "invalid redirect",
    "invalid parameter: redirect_uri",
    "redirect_uri did not match",
    "redirect_uri is not registered",
    "redirect uri is not registered",
    "callback url mismatch",
    "aadsts50011",
    "'redirect_uri' parameter must be",
];
/// What they write when they do not know the client.
const UNKNOWN_CLIENT: [&str; 5] = [
    "invalid_client",
    "aadsts700016",
    "client not found",
    "unknown client",
    "unknown_client",
];
pub(super) async fn check<H: Host>(
    asking: &Asking<'_, H>,
    portal: &Portal,
    metadata: &ProviderMetadata,
) -> Finding {
    let context = asking.context;
    let state = random_text(context.host);
    let url = SignInTransaction::new(context.host).url(
        context,
        portal,
        metadata,
        state.expose(),
        Some("none"),
    );
    let answer = asking.send(Server::Authorization, page(url.as_str())).await;
    judged(&answer, &url, &redirect_uri(context))
}

fn judged(answer: &Result<HttpResponse, HttpError>, asked: &Url, redirect_uri: &str) -> Finding {
    let register = format!("Register exactly `{redirect_uri}` as the redirect URI of the client.");
    let Ok(answer) = answer else {
        return Finding::open(
            NAME,
            "Not checked: this host could not ask the authorization endpoint. Only browsers must reach it.",
            register,
        );
    };
    let location = answer.response.headers().get(LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    let target = location.and_then(|location| asked.join(location).ok());
    if let Some(target) = &target
        && answer.response.status().is_redirection()
        && &target[..Position::AfterPath] == redirect_uri
    {
        return registered(target, redirect_uri);
    }
    let words = words(answer, target.as_ref());
    let says = |list: &[&str]| list.iter().any(|text| words.contains(text));
    if says(&UNREGISTERED) {
        return Finding::failed(
            NAME,
            "The portal says that the redirect URI is not registered.",
            register,
        );
    }
    if says(&UNKNOWN_CLIENT) {
        return Finding::failed(
            NAME,
            "The portal does not know the client.",
            format!("Compare `portal_client_id` with the client at the portal. {register}"),
        );
    }
    let status = answer.response.status().as_u16();
    Finding::open(
        NAME,
        format!(
            "Not proven: the authorization endpoint answers {status} and does not send the browser back."
        ),
        register,
    )
}

/// The browser is sent back, so the redirect URI is registered, whatever the error.
fn registered(target: &Url, redirect_uri: &str) -> Finding {
    let parameters = target.query().into_iter().chain(target.fragment());
    let error = parameters
        .flat_map(|text| url::form_urlencoded::parse(text.as_bytes()))
        .find(|(name, _)| name == "error")
        .map(|(_, error)| error);
    let fix = match error.as_deref() {
        None => return note(redirect_uri),
        Some(error) if needs_person(error) => return note(redirect_uri),
        Some("unauthorized_client" | "unsupported_response_type") => {
            "Allow this client the authorization code flow at the portal."
        }
        Some("invalid_scope") => {
            "Compare `portal_scopes` with the scopes that the portal allows this client."
        }
        Some("invalid_target") => {
            "Compare `portal_resource` with the resources (APIs) at the portal."
        }
        Some(error) => {
            return Finding::open(
                NAME,
                format!(
                    "`{redirect_uri}` is registered, but the portal refuses a request without a person with `{}`.",
                    error_code(error)
                ),
                "Sign in once to see whether it does so with a person, too.",
            );
        }
    };
    let error = error_code(error.as_deref().unwrap_or_default());
    Finding::failed(
        NAME,
        format!(
            "`{redirect_uri}` is registered, but the portal refuses the request with `{error}`."
        ),
        fix,
    )
}

fn note(redirect_uri: &str) -> Finding {
    Finding::noted(NAME, format!("`{redirect_uri}` is registered."))
}

/// All that an error page says in its text, or in the address to which it is redirected: in lower case, also as base64.
fn words(answer: &HttpResponse, target: Option<&Url>) -> String {
    let mut words = String::from_utf8_lossy(answer.response.body()).into_owned();
    for (_, value) in target.iter().flat_map(|target| target.query_pairs()) {
        words.push('\n');
        words.push_str(&value);
        if let Ok(decoded) = URL_SAFE_NO_PAD.decode(value.trim_end_matches('=')) {
            words.push('\n');
            words.push_str(&String::from_utf8_lossy(&decoded));
        }
    }
    words.to_lowercase()
}
