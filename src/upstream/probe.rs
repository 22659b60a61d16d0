//! Asks whether the API and the portal answer, without a credential.
//!
//! Every answer of an API counts, because 401 is the right one. Only 502, 503 and 504 do not: they come from a gateway
//! whose API does not answer.

use super::limits::PROBE;
use super::portal::metadata;
use super::request::anonymous;
use crate::app::Context;
use crate::check::{Check, CheckName};
use crate::config::{Portal, SignIn};
use crate::event::Event;
use crate::host::{Host, HttpError, HttpResponse};
use crate::web::uri::origin_of;
use futures::future::join_all;
use http::StatusCode;
use serde_json::Value;

/// Something that must answer.
struct Probe {
    name: CheckName,
    /// The variable that has its address.
    variable: &'static str,
    url: String,
    /// The issuer that a discovery document must name.
    issuer: Option<String>,
}

/// Asks everything that this configuration uses, at the same time. The result takes at most the limit of one call.
pub(crate) async fn probe<H: Host>(context: &Context<'_, H>) -> Vec<Check> {
    let probes = probes(context);
    join_all(probes.iter().map(|probe| probe.check(context))).await
}

fn probes<H: Host>(context: &Context<'_, H>) -> Vec<Probe> {
    let config = context.config;
    let portal = match &config.sign_in {
        SignIn::Portal(portal) => Some(Probe::portal(portal)),
        SignIn::ApiKey => None,
    };
    let keys = config.portal_keys_url.as_ref().map(|base| Probe {
        name: CheckName::Keys,
        variable: "portal_keys_url",
        url: format!("{base}/current"),
        issuer: None,
    });
    let api = Probe {
        name: CheckName::Api,
        variable: "api_base_url",
        url: format!("{}/me", config.api_base_url),
        issuer: None,
    };
    portal.into_iter().chain(keys).chain([api]).collect()
}

impl Probe {
    /// The discovery document (OpenID Connect Discovery 1.0, section 4).
    fn portal(portal: &Portal) -> Self {
        Self {
            name: CheckName::Portal,
            variable: "portal_issuer",
            url: metadata::url(portal),
            issuer: Some(portal.issuer.clone()),
        }
    }

    /// Sends the request. The cause of a failure is logged whole; the check has what everyone may read.
    async fn check<H: Host>(&self, context: &Context<'_, H>) -> Check {
        let answer = context.send(anonymous(&self.url), &PROBE).await;
        let cause = match &answer {
            Err(error) => Some(error.to_string()),
            Ok(answer) => self.problem_of(answer),
        };
        let Some(cause) = cause else {
            return Check::passed(self.name);
        };
        let (problem, fix) = match &answer {
            Err(error) => self.unreachable(error),
            Ok(_) => {
                let fix = format!(
                    "Check the variable `{}` and the server there.",
                    self.variable
                );
                (cause.clone(), fix)
            }
        };
        context.log(&Event::CheckFailed {
            check: self.name,
            cause,
        });
        Check::failed(self.name, problem, fix)
    }

    fn problem_of(&self, answer: &HttpResponse) -> Option<String> {
        let status = answer.response.status();
        if is_gateway_failure(status) {
            return Some(format!("It answers {}.", status.as_u16()));
        }
        let issuer = self.issuer.as_deref()?;
        if status != StatusCode::OK {
            let status = status.as_u16();
            return Some(format!("Its discovery document answers {status}, not 200."));
        }
        let document = serde_json::from_slice(answer.response.body()).unwrap_or(Value::Null);
        match document.get("issuer").and_then(Value::as_str) {
            Some(named) if named == issuer => None,
            Some(_) => Some("Its discovery document names another issuer.".to_owned()),
            None => Some("Its discovery document names no issuer.".to_owned()),
        }
    }

    /// What is wrong, and what to do.
    fn unreachable(&self, error: &HttpError) -> (String, String) {
        let variable = self.variable;
        let origin = origin_of(&self.url);
        match error {
            HttpError::Forbidden => (
                format!(
                    "The host of this connector does not allow requests to the origin of `{variable}`."
                ),
                format!(
                    "Add {origin} to `allowed_outbound_hosts`, and allow its network if it is private."
                ),
            ),
            HttpError::Timeout => (
                format!("No answer within {} seconds.", PROBE.total.as_secs()),
                format!(
                    "Check the variable `{variable}`, the server there, and the network between."
                ),
            ),
            HttpError::Failed(_) | HttpError::NotSent(_) => (
                "No connection.".to_owned(),
                format!(
                    "Check the variable `{variable}`, the server there, and the network between. The log has the cause."
                ),
            ),
        }
    }
}

/// Whether an answer comes from a gateway whose server does not answer.
pub(super) fn is_gateway_failure(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
    )
}

#[cfg(test)]
mod tests;
