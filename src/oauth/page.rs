//! Pages as replies: the headers that keep them out of frames, caches and other sites' hands.

use super::client::hex;
use super::redirect::{self, Kind};
use crate::Connector;
use crate::host::Host;
use crate::host::config::Config;
use crate::pages::{ClosePage, Ended, Problem, STYLE_CSP};
use crate::reply::{self, Reply};
use http::{HeaderName, HeaderValue, StatusCode, header};

/// A page that may send its form to `form_action` (CSP source expressions; a browser checks the redirect after the
/// form, too).
///
/// There is no Cross-Origin-Opener-Policy: hosts that open the sign-in in a pop-up wait for their own callback page to
/// call back through `window.opener`, and the policy would cut that tie for good.
pub fn html(status: StatusCode, html: String, form_action: &str) -> Reply {
    let mut reply = reply::reply(status, "text/html; charset=utf-8", html);
    let policy = format!(
        "default-src 'none'; style-src {STYLE_CSP}; img-src data:; form-action {form_action}; frame-ancestors 'none'; \
         base-uri 'none'"
    );
    let headers: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, &policy),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    for (name, value) in headers {
        reply::set(&mut reply, name, value);
    }
    reply
}

/// The page of a problem. The log gets the same request id and the reason, which holds no secret.
pub fn problem<H: Host>(connector: &Connector<H>, problem: &Problem, reason: &str) -> Reply {
    let mut id = [0; 16];
    connector.host.fill(&mut id);
    let request_id = format!("req_{}", hex(&id));
    connector.host.log(&format!(
        "{request_id} page \"{}\": {reason}",
        problem.title
    ));
    let page = problem.page(&connector.config.public_authority, &request_id);
    let mut reply = html(problem.status, page.html(), "'none'");
    reply::set(
        &mut reply,
        HeaderName::from_static("x-request-id"),
        &request_id,
    );
    if let Some(seconds) = problem.retry_after {
        reply
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    reply
}

/// Sends the browser on: 302 from a GET, 303 from a form (RFC 9110, section 15.4). The address may hold a code, so nothing
/// keeps it.
pub fn redirect(status: StatusCode, to: &str) -> Reply {
    let mut reply = reply::empty(status);
    reply::set(&mut reply, header::LOCATION, to);
    reply::set(&mut reply, header::CACHE_CONTROL, "no-store");
    reply::set(&mut reply, header::REFERRER_POLICY, "no-referrer");
    reply
}

/// Sends the browser from the consent form back to the app. One that owns a scheme shows nothing in the browser, so the
/// page stays behind that says so; `Refresh` goes on at once, and outside the reach of `form-action`.
pub fn back_to_app(config: &Config, client_name: &str, app_url: &str, ended: Ended) -> Reply {
    if redirect::kind(app_url) != Some(Kind::PrivateUse) {
        return redirect(StatusCode::SEE_OTHER, app_url);
    }
    let page = ClosePage {
        host: &config.public_authority,
        client_name,
        app_url,
        ended,
    };
    let mut reply = html(StatusCode::OK, page.html(), "'none'");
    let refresh = HeaderName::from_static("refresh");
    reply::set(&mut reply, refresh, &format!("0; url={app_url}"));
    reply
}

/// With a cookie.
#[must_use]
pub fn with_cookie(mut reply: Reply, cookie: &str) -> Reply {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        reply.headers_mut().append(header::SET_COOKIE, value);
    }
    reply
}
