//! The start of a transaction.

use super::consent::{self, KeySource};
use super::sign_in;
use crate::app::Context;
use crate::config::SignIn;
use crate::host::Host;
use crate::oauth::transaction::{AuthorizationRequest, Transaction};
use crate::pages::reply;
use crate::sealing::seal::Sealer;
use crate::web::reply::Reply;

/// Starts a transaction, sets its cookie, and sends the browser to the portal, or to the page that asks for a key.
/// With `sign_in_again` the portal asks even a person who is signed in.
pub(super) async fn begin<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: AuthorizationRequest,
    sign_in_again: bool,
) -> Reply {
    let (transaction, cookie) = Transaction::start(context.host, context.config, request);
    let reply = match &context.config.sign_in {
        SignIn::Portal(portal) => {
            sign_in::start(context, sealer, portal, transaction, sign_in_again).await
        }
        SignIn::ApiKey => {
            consent::to_page(context, sealer, transaction, KeySource::PastedKey).await
        }
    };
    reply::with_cookie(reply, &cookie)
}
