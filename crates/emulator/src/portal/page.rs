//! Pages and redirects with their headers, and what every page shows around its content.

use askama::Template;

use crate::host::{Host, SqlError};
use crate::outgoing::{NO_SNIFF, NO_STORE, Response, response};
use crate::people::Person;

pub(super) type Reply = Result<Response, SqlError>;

/// The style sheet of the connector's pages, and what the portal adds.
const STYLE: &str = concat!(
    include_str!("../../../../static/pages/style.css"),
    include_str!("../../assets/portal.css")
);

/// The fields that `base.html` uses.
#[derive(Clone, Default)]
pub(super) struct Frame {
    pub(super) person: Option<&'static Person>,
    /// Balance of the person, where it is known.
    pub(super) credits: Option<i64>,
    /// What forms of this browser carry. It follows from a cookie, which pages of other sites cannot read.
    pub(super) form_token: String,
    pub(super) public_url: String,
}

impl Frame {
    pub(super) const MARK: &str = include_str!("../../../../static/icons/mark.svg");
}

pub(super) fn html(host: &impl Host, status: u16, page: &impl Template) -> Response {
    // The sign-in form leads to the connector by a redirect, which browsers hold against `form-action`, too.
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; \
         base-uri 'none'; frame-ancestors 'none'",
        host.config().connector_url
    );
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", &policy),
        ("x-frame-options", "DENY"),
        // With `no-referrer`, browsers send `Origin: null` with forms, and the check of the origin needs the real one.
        ("referrer-policy", "same-origin"),
        NO_SNIFF,
        NO_STORE,
    ];
    // No template calls anything that fails.
    response(status, page.render().unwrap_or_default(), &headers)
}

pub(super) fn no_content() -> Response {
    response(204, "", &[NO_STORE])
}

pub(super) fn see_other(url: &str) -> Response {
    let privacy = ("referrer-policy", "no-referrer");
    response(303, "", &[("location", url), NO_STORE, privacy])
}

/// A file that pages use.
pub(super) fn asset(path: &str) -> Option<Response> {
    let (media_type, text) = match path {
        "/assets/portal.css" => ("text/css; charset=utf-8", STYLE),
        "/assets/mark.svg" => ("image/svg+xml", Frame::MARK),
        _ => return None,
    };
    let caching = ("cache-control", "public, max-age=300");
    let headers = [("content-type", media_type), NO_SNIFF, caching];
    Some(response(200, text, &headers))
}
