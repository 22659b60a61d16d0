//! The key that a person pastes (`sign_in = "api-key"`): checked with the API before it is used.

use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::ledger::rate_limit;
use crate::pages::{Problem, problems};
use crate::secret::ApiKey;
use crate::upstream::api;

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
    match api::accepts(context, &key).await {
        Ok(true) => Ok(key),
        Ok(false) => {
            rate_limit::count_refused_key(context).await;
            Err(problems::wrong_key())
        }
        Err(cause) => {
            context.log(&Event::KeyCheckFailed { cause });
            Err(problems::portal_down())
        }
    }
}
