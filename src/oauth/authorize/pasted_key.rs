//! The key that a person pastes (`sign_in = "api-key"`): checked with the API before it is used.

use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::ledger::rate_limit;
use crate::pages::{Problem, problems};
use crate::secret::ApiKey;
use crate::upstream::limits::KEY_CHECK;
use crate::upstream::request::with_api_key;
use http::{Method, StatusCode};

/// Checks a pasted key with `GET /me` of the API. An error is what the page says.
pub(super) async fn check<H: Host>(
    context: &Context<'_, H>,
    pasted: Option<&str>,
) -> Result<ApiKey, Problem> {
    // Copied text often has spaces and line ends around it.
    let key =
        ApiKey::parse(pasted.unwrap_or_default().trim()).map_err(|_| problems::wrong_key())?;
    rate_limit::check_refused_keys(context)
        .await
        .map_err(problems::too_many_requests)?;
    let url = format!("{}/me", context.config.api_base_url);
    let request = with_api_key(Method::GET, &url, &key, None);
    let cause = match context.send(request, &KEY_CHECK).await {
        Ok(answer) => match answer.response.status() {
            status if status.is_success() => return Ok(key),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                rate_limit::count_refused_key(context).await;
                return Err(problems::wrong_key());
            }
            status => format!("the API answered {status}"),
        },
        Err(error) => error.to_string(),
    };
    context.log(&Event::KeyCheckFailed { cause });
    Err(problems::portal_down())
}
