//! The start of a transaction.

use super::{consent, sign_in};
use crate::app::Context;
use crate::config::SignIn;
use crate::host::Host;
use crate::oauth::transaction::{AuthorizationRequest, Transaction};
use crate::pages::reply;
use crate::sealing::seal::Sealer;
use crate::web::reply::Reply;

/// Starts a transaction, sets its cookie, and sends the browser to the portal, or shows the page that asks for a key.
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
            sign_in::redirect_to_portal(context, sealer, portal, transaction, sign_in_again).await
        }
        SignIn::ApiKey => consent::key_page(context, sealer, transaction),
    };
    reply::with_cookie(reply, &cookie)
}
