//! Pages as replies, with headers that forbid framing, caching and access from other sites.

use super::problems::{self, Problem};
use super::style::STYLE_CSP;
use crate::app::Context;
use crate::event::Event;
use crate::host::{Host, StoreError};
use crate::web::language::Language;
use crate::web::reply::{self, Reply};
use http::{HeaderName, HeaderValue, StatusCode, header};

/// Why a person sees an error page: the text of the page, and the cause for the log. A cause never contains a secret.
#[derive(Debug)]
pub(crate) struct Refusal {
    problem: Problem,
    cause: String,
}

impl Refusal {
    pub(crate) fn new(problem: Problem, cause: impl Into<String>) -> Self {
        Self {
            problem,
            cause: cause.into(),
        }
    }

    /// The error page. The cause is logged under the request id that the page shows.
    pub(crate) fn reply<H: Host>(&self, context: &Context<'_, H>) -> Reply {
        let (problem, request_id) = (&self.problem, context.request_id.as_str());
        context.log(&Event::ErrorPage {
            status: problem.status.code().as_u16(),
            title: problem.title(),
            cause: self.cause.clone(),
        });
        let language = context.language;
        let page = problem.page(language, &context.config.public_authority, request_id);
        let mut reply = html(
            problem.status.code(),
            language,
            page.html(),
            FormAction::Nowhere,
        );
        if let Some(seconds) = problem.retry_after {
            reply
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        reply
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::new(problems::store_down(), error.to_string())
    }
}

/// Where the forms of a page may be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormAction {
    /// To the connector.
    Own,
    /// The page has no form.
    Nowhere,
}

/// A page with its headers. No value of a client or of the portal is in its Content-Security-Policy.
///
/// There is no Cross-Origin-Opener-Policy: some hosts open the sign-in in a pop-up, and their callback page uses
/// `window.opener`, which that policy would set to null.
pub(crate) fn html(
    status: StatusCode,
    language: Language,
    html: String,
    form_action: FormAction,
) -> Reply {
    let mut reply = reply::reply(status, "text/html; charset=utf-8", html);
    let form_action = match form_action {
        FormAction::Own => "'self'",
        FormAction::Nowhere => "'none'",
    };
    let policy = format!(
        "default-src 'none'; style-src {STYLE_CSP}; img-src data:; form-action {form_action}; frame-ancestors 'none'; \
         base-uri 'none'"
    );
    let headers: [(HeaderName, &str); 8] = [
        (header::CONTENT_LANGUAGE, language.tag()),
        (header::VARY, "accept-language"),
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

/// The headers of a page, for HEAD. The length of the page is not known (RFC 9110, section 8.6).
pub(crate) fn head(language: Language) -> Reply {
    let mut reply = html(StatusCode::OK, language, String::new(), FormAction::Nowhere);
    reply.headers_mut().remove(header::CONTENT_LENGTH);
    reply
}

/// A redirect: 302 after a GET, 303 after a form (RFC 9110, section 15.4). The URL may contain a code, so the reply is
/// not cached, and the URL is not sent as a referrer.
pub(crate) fn redirect(status: StatusCode, location: &str) -> Reply {
    let mut reply = reply::empty(status);
    reply::set(&mut reply, header::LOCATION, location);
    reply::set(&mut reply, header::CACHE_CONTROL, "no-store");
    reply::set(&mut reply, header::REFERRER_POLICY, "no-referrer");
    reply
}

#[must_use]
pub(crate) fn with_cookie(mut reply: Reply, cookie: &str) -> Reply {
    #[expect(
        clippy::expect_used,
        reason = "a cookie is made of fixed text, hexadecimal digits and base64url"
    )]
    let value = HeaderValue::from_str(cookie).expect("visible ASCII characters");
    reply.headers_mut().append(header::SET_COOKIE, value);
    reply
}
