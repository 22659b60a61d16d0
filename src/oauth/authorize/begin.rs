//! Starts a transaction: at the portal, or with the connector's own page where keys are pasted.

use super::{consent, sign_in};
use crate::app::Context;
use crate::config::SignIn;
use crate::host::Host;
use crate::oauth::transaction::{AuthorizationRequest, Transaction};
use crate::pages::reply;
use crate::sealing::seal::Sealer;
use crate::web::reply::Reply;

/// Binds the request to the browser and sends the browser on. `sign_in_again` asks even a person who is signed in.
pub(super) async fn begin<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: AuthorizationRequest,
    sign_in_again: bool,
) -> Reply {
    let (transaction, cookie) = Transaction::start(context.host, context.config, request);
    let reply = match &context.config.sign_in {
        SignIn::Portal(portal) => {
            sign_in::leave(context, sealer, portal, transaction, sign_in_again).await
        }
        SignIn::ApiKey => consent::ask_for_key(context, sealer, transaction),
    };
    reply::with_cookie(reply, &cookie)
}
