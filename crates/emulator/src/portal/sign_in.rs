//! The sign-in page and signing out.

use askama::Template;
use bytes::Bytes;
use http::Response;

use super::page::{self, Frame};
use super::visitor::{FormFault, Visitor};
use super::{Form, HOME};
use crate::host::{Host, SqlError};
use crate::people::{self, PEOPLE, Person};
use crate::pipeline::Incoming;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    return_to: String,
    for_app: bool,
    email: String,
    error: Option<&'static str>,
    wrong: bool,
    signed_out: bool,
    demo: &'static Person,
}

impl SignInPage {
    fn new(host: &impl Host, visitor: &Visitor, return_to: &str, email: &str) -> Self {
        let return_to = local(return_to);
        Self {
            frame: Frame::new(host, visitor),
            return_to: return_to.to_owned(),
            for_app: return_to.starts_with("/portal/oauth/authorize?"),
            email: email.to_owned(),
            error: None,
            wrong: false,
            signed_out: false,
            demo: &PEOPLE[0],
        }
    }
}

/// `GET /portal/sign-in`.
pub(super) fn show(
    host: &impl Host,
    visitor: &Visitor,
    incoming: &Incoming<'_>,
) -> Response<Bytes> {
    let query = Form::parse(incoming.query.as_bytes());
    let mut page = SignInPage::new(host, visitor, query.get("return_to"), query.get("email"));
    page.signed_out = query.has("signed_out");
    page::html(host, visitor, 200, &page)
}

/// `POST /portal/sign-in`.
pub(super) async fn submit(
    host: &impl Host,
    mut visitor: Visitor,
    incoming: &Incoming<'_>,
) -> Result<Response<Bytes>, SqlError> {
    let form = Form::parse(incoming.body);
    let (return_to, email) = (form.get("return_to"), form.get("email"));
    let refuse = |visitor: &Visitor, error, wrong| {
        let mut page = SignInPage::new(host, visitor, return_to, email);
        (page.error, page.wrong) = (Some(error), wrong);
        Ok(page::html(host, visitor, 400, &page))
    };
    match visitor.check_form(host, incoming, form.get("form_token")) {
        Ok(()) => {}
        Err(FormFault::NoCookie) => {
            return refuse(
                &visitor,
                "Your browser did not send a cookie back. Allow cookies for this site and try again.",
                false,
            );
        }
        Err(FormFault::Foreign) => {
            return refuse(
                &visitor,
                "This form was out of date. Please sign in again.",
                false,
            );
        }
    }
    match people::by_email(email).filter(|person| person.password == form.get("password")) {
        None => refuse(&visitor, "We could not sign you in.", true),
        Some(person) => {
            visitor.sign_in(host, person).await?;
            Ok(page::see_other(local(return_to), &visitor))
        }
    }
}

/// `POST /portal/sign-out`.
pub(super) async fn sign_out(
    host: &impl Host,
    mut visitor: Visitor,
    incoming: &Incoming<'_>,
) -> Result<Response<Bytes>, SqlError> {
    let form = Form::parse(incoming.body);
    if visitor
        .check_form(host, incoming, form.get("form_token"))
        .is_err()
    {
        return Ok(super::stale_form(host, &visitor));
    }
    visitor.sign_out(host).await?;
    Ok(page::see_other("/portal/sign-in?signed_out", &visitor))
}

/// Where to go after signing in: a path of the portal, never another site.
fn local(return_to: &str) -> &str {
    let safe = return_to.starts_with("/portal/") && !return_to.contains(['\\', '\r', '\n', '\t']);
    if safe { return_to } else { HOME }
}
