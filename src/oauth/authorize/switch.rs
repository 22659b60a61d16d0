//! `GET /connect/switch`, the "Not you?" link: the same authorization request starts a new transaction, and the portal
//! asks the person to sign in again.

use super::begin::begin;
use crate::app::Context;
use crate::host::Host;
use crate::oauth::transaction::Transaction;
use crate::pages::problems;
use crate::pages::reply::Refusal;
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::Purpose;
use crate::web::form::Parameters;
use crate::web::reply::Reply;
use http::HeaderMap;

/// Answers the "Not you?" link.
pub(crate) async fn switch<H: Host>(
    context: &Context<'_, H>,
    headers: &HeaderMap,
    query: &str,
) -> Result<Reply, Refusal> {
    let sealer = sealer(context).await?;
    let parameters = Parameters::parse(query.as_bytes());
    let sealed = parameters.one("request").ok().flatten();
    let transaction = sealed.and_then(|sealed| sealer.open::<Transaction>(Purpose::Switch, sealed));
    let transaction = transaction.ok_or_else(|| {
        Refusal::new(
            problems::malformed_request(),
            "the request of the link was not sealed by this connector",
        )
    })?;
    transaction.check(context.host, context.config, headers)?;
    Ok(begin(context, &sealer, transaction.authorization_request, true).await)
}
