//! The reply that sends the browser from the consent form back to the app.

use crate::app::Context;
use crate::host::Host;
use crate::oauth::client::redirect_uri::{self, Kind};
use crate::pages::reply::{html, redirect};
use crate::pages::{ClosePage, Completion, texts};
use crate::web::reply::{self, Reply};
use http::{HeaderName, StatusCode};

/// Sends the browser to the app. For a web site or a loopback address this is a redirect. An app with a private-use
/// scheme shows nothing in the browser, so the reply is a page that says that the window can be closed. Its `Refresh`
/// header opens the app at once; `form-action` does not apply to that.
pub(super) fn back_to_app<H: Host>(
    context: &Context<'_, H>,
    client_name: &str,
    app_url: &str,
    completion: Completion,
) -> Reply {
    if redirect_uri::kind(app_url) != Some(Kind::PrivateUse) {
        return redirect(StatusCode::SEE_OTHER, app_url);
    }
    let page = ClosePage {
        t: texts::of(context.language),
        host: &context.config.public_authority,
        client_name,
        app_url,
        completion,
    };
    let mut reply = html(StatusCode::OK, context.language, page.html(), "'none'");
    let refresh = HeaderName::from_static("refresh");
    reply::set(&mut reply, refresh, &format!("0; url={app_url}"));
    reply
}
