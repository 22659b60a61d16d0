//! Tries everything that a sign-in at the portal needs and that needs no person, and says what to change.
//!
//! Anyone may ask for the result (`/readyz/portal`), so no request can change anything: the token request has a code
//! that the connector makes up, the authentication request asks for no sign-in (`prompt=none`), and the keys API is
//! called without a key. The client's own secret goes to the token endpoint alone, as in a sign-in. What the portal says
//! about an error is in the log, and the checks have the code of the error at most.

mod announced;
mod asking;
mod client;
mod clock;
mod discovery;
mod finding;
mod keys_api;
mod origins;
mod redirect_uri;
mod signing;
mod without_portal;

use crate::app::Context;
use crate::check::Check;
use crate::config::{Portal, SignIn};
use crate::host::Host;
use asking::Asking;
use finding::Finding;
use futures::future::{join, join4};

/// Makes every check of this configuration, and logs those that failed.
pub(crate) async fn check_portal<H: Host>(context: &Context<'_, H>) -> Vec<Check> {
    let asking = Asking::new(context);
    let findings = match &context.config.sign_in {
        SignIn::Portal(portal) => with_portal(&asking, portal).await,
        SignIn::ApiKey => without_portal::check(&asking).await,
    };
    findings
        .into_iter()
        .map(|finding| finding.logged(context))
        .collect()
}

async fn with_portal<H: Host>(asking: &Asking<'_, H>, portal: &Portal) -> Vec<Finding> {
    let servers = join(
        keys_api::check(asking, &portal.keys_url),
        keys_api::api(asking),
    );
    let (mut findings, (keys, api)) = join(provider(asking, portal), servers).await;
    findings.extend([keys, api, origins::check(asking), clock::check(asking)]);
    findings
}

/// The checks of the OpenID provider. Without its metadata there is only one.
async fn provider<H: Host>(asking: &Asking<'_, H>, portal: &Portal) -> Vec<Finding> {
    let metadata = match discovery::check(asking, portal).await {
        Ok(metadata) => metadata,
        Err(finding) => return vec![*finding],
    };
    let (signing, client, redirect_uri, ()) = join4(
        signing::check(asking, portal, &metadata),
        client::check(asking, portal, &metadata),
        redirect_uri::check(asking, portal, &metadata),
        asking.try_userinfo(&metadata),
    )
    .await;
    let mut findings = vec![discovery::found(portal), signing, client, redirect_uri];
    findings.extend(announced::check(portal, &metadata));
    findings
}

#[cfg(test)]
mod tests;
