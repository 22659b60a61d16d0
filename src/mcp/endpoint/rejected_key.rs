//! What follows when the API or the portal no longer knows a key.

use crate::access::challenge::{self, InvalidToken};
use crate::access::credential::Credential;
use crate::access::resource_url::ResourceUrl;
use crate::app::Context;
use crate::host::Host;
use crate::ledger::rate_limit;
use crate::upstream::portal::key_cache;
use crate::web::reply::Reply;

/// Forgets the key, and answers 401.
pub(super) async fn unauthorized<H: Host>(
    context: &Context<'_, H>,
    caller: &Credential,
    resource: &ResourceUrl,
) -> Reply {
    forget(context, caller).await;
    challenge::unauthorized(context.config, resource, Some(InvalidToken))
}

/// Forgets what the caches hold about the key, and counts it against the caller.
pub(super) async fn forget<H: Host>(context: &Context<'_, H>, caller: &Credential) {
    key_cache::forget(&caller.key);
    if !key_cache::is_accepted(&caller.key, context.host.now()) {
        rate_limit::count_refused_key(context).await;
    }
}
