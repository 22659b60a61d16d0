//! Pages: the frame they share, the headers they are sent with, and the page for what went wrong.

use std::sync::LazyLock;

use askama::Template;
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use super::visitor::Visitor;
use crate::host::Host;
use crate::people::{Person, hash};

/// The style sheet: the one of the connector's pages, and what the portal adds.
pub(super) const STYLE: &str = concat!(
    include_str!("../../../../static/pages/style.css"),
    include_str!("../../assets/portal.css")
);
/// The mark.
pub(super) const MARK: &str = include_str!("../../../../static/icons/mark.svg");

/// What every page shows around its content.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Who is signed in.
    pub(crate) person: Option<&'static Person>,
    /// Their credits, where they were looked up.
    pub(crate) credits: Option<i64>,
    /// The token of the page's forms.
    pub(crate) form_token: String,
    /// Where the emulator is reached.
    pub(crate) public_url: String,
}

impl Frame {
    /// The frame for a visitor.
    pub(crate) fn new(host: &impl Host, visitor: &Visitor) -> Self {
        Self {
            person: visitor.person,
            credits: None,
            form_token: visitor.form_token(),
            public_url: host.config().public_url.clone(),
        }
    }

    pub(super) fn mark(&self) -> &'static str {
        MARK
    }

    pub(super) fn style_version(&self) -> &'static str {
        static VERSION: LazyLock<String> = LazyLock::new(|| hash(STYLE).split_off(52));
        &VERSION
    }

    pub(super) fn host(&self) -> &str {
        self.public_url
            .split_once("://")
            .map_or("", |(_, host)| host)
    }

    pub(super) fn balance(&self) -> Option<String> {
        self.credits.map(grouped)
    }
}

/// `1,250`.
fn grouped(number: i64) -> String {
    let digits = number.abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What went wrong, for a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem {
    /// HTTP status.
    pub(crate) status: u16,
    /// Heading.
    pub(crate) title: &'static str,
    /// What happened.
    pub(crate) what_happened: &'static str,
    /// What to do.
    pub(crate) what_to_do: &'static str,
    /// A way on.
    pub(crate) link: Option<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    title: &'static str,
    what_happened: &'static str,
    what_to_do: &'static str,
    link: Option<(&'static str, &'static str)>,
    request_id: String,
}

/// The page for a problem, with a request id that the log has too.
pub(crate) fn problem(host: &impl Host, visitor: &Visitor, problem: Problem) -> Response<Bytes> {
    let request_id = crate::pipeline::fresh_request_id(host);
    eprintln!("{request_id}: {}: {}", problem.status, problem.title);
    let page = ProblemPage {
        frame: Frame::new(host, visitor),
        title: problem.title,
        what_happened: problem.what_happened,
        what_to_do: problem.what_to_do,
        link: problem.link,
        request_id,
    };
    html(host, visitor, problem.status, &page)
}

/// A page with the headers every page has.
pub(crate) fn html(
    host: &impl Host,
    visitor: &Visitor,
    status: u16,
    page: &impl Template,
) -> Response<Bytes> {
    // Writing to a string cannot fail, and no template calls anything that does.
    let mut response = Response::new(Bytes::from(page.render().unwrap_or_default()));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        host.config().public_url
    );
    let headers = response.headers_mut();
    set(headers, CONTENT_TYPE, "text/html; charset=utf-8");
    set(headers, CONTENT_SECURITY_POLICY, &policy);
    set(headers, X_FRAME_OPTIONS, "DENY");
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    // With `no-referrer` browsers send `Origin: null` on forms, and the origin check needs the real one.
    set(headers, REFERRER_POLICY, "same-origin");
    set(headers, CACHE_CONTROL, "no-store");
    visitor.set_cookies(headers);
    response
}

/// `303 See Other`: go there with GET.
pub(crate) fn see_other(url: &str, visitor: &Visitor) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    set(headers, LOCATION, url);
    set(headers, CACHE_CONTROL, "no-store");
    set(headers, REFERRER_POLICY, "no-referrer");
    visitor.set_cookies(headers);
    response
}

/// Text that may be cached for long because its address changes with it.
pub(super) fn asset(media_type: &'static str, text: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    let headers = response.headers_mut();
    set(headers, CONTENT_TYPE, media_type);
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(
        headers,
        CACHE_CONTROL,
        "public, max-age=31536000, immutable",
    );
    response
}

/// JSON that is not to be stored.
pub(crate) fn json(status: u16, body: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(response.headers_mut(), CONTENT_TYPE, "application/json");
    set(response.headers_mut(), CACHE_CONTROL, "no-store");
    response
}

/// Sets a header, or leaves it out where the value cannot be one.
pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        if name == SET_COOKIE {
            headers.append(name, value);
        } else {
            headers.insert(name, value);
        }
    }
}
