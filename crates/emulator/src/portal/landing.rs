//! The page at `/`: what this is and where to go.

use askama::Template;
use bytes::Bytes;
use http::Response;

use super::page::{self, Frame};
use super::visitor::Visitor;
use crate::host::Host;
use crate::people::{PEOPLE, Person, demo_key};

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage {
    frame: Frame,
    connector: String,
    demo: &'static Person,
    key: String,
}

/// `GET /`.
pub fn landing(host: &impl Host) -> Response<Bytes> {
    let visitor = Visitor::stranger(host);
    let page = LandingPage {
        frame: Frame::new(host, &visitor),
        connector: format!("{}/api/ext/mcp", host.config().public_url),
        demo: &PEOPLE[0],
        key: demo_key(),
    };
    page::html(host, &visitor, 200, &page)
}
