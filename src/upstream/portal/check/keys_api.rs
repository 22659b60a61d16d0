//! Asks the keys API and the API without a key. The right answer is 401.

use super::asking::{Asking, Server};
use super::finding::Finding;
use crate::check::CheckName;
use crate::host::{Host, HttpResponse};
use crate::upstream::probe::is_gateway_failure;
use crate::upstream::request::{anonymous, anonymous_post};
use futures::future::join;
use http::{StatusCode, header};

const CONTRACT: &str = "docs/PORTAL-CONTRACT.md has the requests and answers.";

/// Introspection and minting, both without a credential.
pub(super) async fn check<H: Host>(asking: &Asking<'_, H>, base: &str) -> Finding {
    let (introspection, minting) = join(introspection(asking, base), minting(asking, base)).await;
    introspection
        .or(minting)
        .unwrap_or_else(|| Finding::passed(CheckName::Keys))
}

/// What is wrong with the introspection of a key.
pub(super) async fn introspection<H: Host>(asking: &Asking<'_, H>, base: &str) -> Option<Finding> {
    let request = anonymous(&format!("{base}/current"));
    let answer = asking.send(Server::KeysApi, request).await;
    judged(&answer, "GET", "{portal_keys_url}/current")
}

async fn minting<H: Host>(asking: &Asking<'_, H>, base: &str) -> Option<Finding> {
    let answer = asking.send(Server::KeysApi, anonymous_post(base)).await;
    judged(&answer, "POST", "{portal_keys_url}")
}

/// What is wrong with an answer to a request without a credential.
fn judged(
    answer: &Result<HttpResponse, crate::host::HttpError>,
    method: &str,
    url: &str,
) -> Option<Finding> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            return Some(Finding::unreachable(
                CheckName::Keys,
                "the keys API",
                error,
                "Check `portal_keys_url`, the server there, and the network between.",
            ));
        }
    };
    let status = answer.response.status();
    let problem = format!(
        "`{method} {url}` answers {} without a key, not 401.",
        status.as_u16()
    );
    let fix = match status {
        StatusCode::UNAUTHORIZED => return None,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => format!(
            "Set `portal_keys_url` to the address of the keys API, without `/current`, or offer this call there. {CONTRACT}"
        ),
        StatusCode::FORBIDDEN => format!(
            "Let the keys API answer 401, and exempt it from checks that are meant for forms of browsers (CSRF). {CONTRACT}"
        ),
        status if is_html(answer) && !status.is_server_error() => format!(
            "It is a page for people: set `portal_keys_url` to the address of the keys API. {CONTRACT}"
        ),
        status if status.is_success() => format!(
            "Let the keys API refuse calls without a credential. Until then, do not use it. {CONTRACT}"
        ),
        status if status.is_redirection() => format!(
            "The connector follows no redirect: set `portal_keys_url` to the final address of the keys API. {CONTRACT}"
        ),
        status if status.is_server_error() => {
            "Check the server of the keys API, and its log.".to_owned()
        }
        // The API checks the request before it checks who sent it.
        _ => {
            return Some(Finding::open(
                CheckName::Keys,
                problem,
                format!("Let the keys API check the credential first. {CONTRACT}"),
            ));
        }
    };
    Some(Finding::failed(CheckName::Keys, problem, fix))
}

fn is_html(answer: &HttpResponse) -> bool {
    let content_type = answer.response.headers().get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

/// Whether the REST API answers.
pub(super) async fn api<H: Host>(asking: &Asking<'_, H>) -> Finding {
    const FIX: &str = "Check `api_base_url`, the server there, and the network between.";
    let url = format!("{}/me", asking.context.config.api_base_url);
    match asking.send(Server::Api, anonymous(&url)).await {
        Err(error) => Finding::unreachable(CheckName::Api, "the API", &error, FIX),
        Ok(answer) if is_gateway_failure(answer.response.status()) => {
            let status = answer.response.status().as_u16();
            Finding::failed(CheckName::Api, format!("It answers {status}."), FIX)
        }
        Ok(_) => Finding::passed(CheckName::Api),
    }
}
