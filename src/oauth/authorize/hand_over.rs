//! The reply that sends the browser back to the app.

use crate::app::Context;
use crate::host::Host;
use crate::oauth::client::redirect_uri::{self, Kind};
use crate::oauth::transaction::AuthorizationRequest;
use crate::pages::reply::{FormAction, html};
use crate::pages::{ClosePage, Completion, texts};
use crate::web::reply::{self, Reply};
use http::{HeaderName, StatusCode};

/// Sends the browser to the app with a page whose `Refresh` header moves on at once, and a link for browsers that do not
/// follow it. A redirect would be a hop of the form that was posted to this or to the portal's page. Chromium holds
/// `form-action` against every hop of a form (CSP Level 3, section 6.4.1), also against those that the app adds, such as
/// from `https://claude.ai` to `claude://`: it stops there without a word, and the button looks dead.
///
/// `app_url` is a redirect URI with its parameters ([`redirect_uri::with_parameters`]), so it is ASCII and begins with
/// a scheme. Browsers therefore read it up to the end of the header, including `;`, `,` and quotes (HTML Standard,
/// shared declarative refresh steps).
pub(super) fn back_to_app<H: Host>(
    context: &Context<'_, H>,
    request: &AuthorizationRequest,
    app_url: &str,
    completion: Completion,
) -> Reply {
    let page = ClosePage {
        t: texts::of(context.language),
        host: &context.config.public_authority,
        client_name: &request.name,
        app_url,
        opens_app: redirect_uri::kind(&request.redirect_uri) == Some(Kind::PrivateUse),
        completion,
    };
    let mut reply = html(
        StatusCode::OK,
        context.language,
        page.html(),
        FormAction::Nowhere,
    );
    let refresh = HeaderName::from_static("refresh");
    reply::set(&mut reply, refresh, &format!("0; url={app_url}"));
    reply
}
