//! The checks of a connector on whose own page people paste a key.

use super::asking::Asking;
use super::finding::Finding;
use super::{keys_api, origins};
use crate::check::CheckName;
use crate::host::Host;

pub(super) async fn check<H: Host>(asking: &Asking<'_, H>) -> Vec<Finding> {
    let keys_url = asking.context.config.portal_keys_url.as_deref();
    let note = if keys_url.is_some() {
        "There is no portal: people paste an API key on the connector's own page. Checked instead: the API, which says whether a key works, and key introspection."
    } else {
        "There is no portal: people paste an API key on the connector's own page. Checked instead: the API, which says whether a key works."
    };
    let mut findings = vec![Finding::noted(CheckName::SignIn, note)];
    findings.push(keys_api::api(asking).await);
    if let Some(base) = keys_url {
        let problem = keys_api::introspection(asking, base).await;
        findings.push(problem.unwrap_or_else(|| Finding::passed(CheckName::Keys)));
    }
    findings.push(origins::check(asking));
    findings
}
