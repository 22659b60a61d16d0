//! The page on which a person signs in, and signing out.

use askama::Template;

use super::form::Form;
use super::page::{self, Frame, Reply};
use super::visit::{HOME, Visit};
use crate::host::Host;
use crate::outgoing::Response;
use crate::people;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: Frame,
    return_to: &'a str,
    email: &'a str,
    wrong_password: bool,
    signed_out: bool,
}

/// `GET /portal/sign-in`.
pub(super) fn show<H: Host>(visit: &Visit<'_, H>) -> Response {
    form(visit, &visit.query, false)
}

/// `POST /portal/sign-in`.
pub(super) async fn submit<H: Host>(visit: &mut Visit<'_, H>) -> Reply {
    let known = people::by_email(visit.form.get("email"));
    let known = known.filter(|person| person.password == visit.form.get("password"));
    if known.is_none() {
        return Ok(form(visit, &visit.form, true));
    }
    visit.change_session(known).await?;
    Ok(page::see_other(local(visit.form.get("return_to"))))
}

/// `POST /portal/sign-out`.
pub(super) async fn sign_out<H: Host>(visit: &mut Visit<'_, H>) -> Reply {
    visit.change_session(None).await?;
    Ok(page::see_other("/portal/sign-in?signed_out=1"))
}

/// The form with what is filled in.
fn form<H: Host>(visit: &Visit<'_, H>, filled: &Form, wrong_password: bool) -> Response {
    let page = SignInPage {
        frame: visit.frame.clone(),
        return_to: local(filled.get("return_to")),
        email: filled.get("email"),
        wrong_password,
        signed_out: !visit.query.get("signed_out").is_empty(),
    };
    visit.html(if wrong_password { 400 } else { 200 }, &page)
}

/// Where to go after signing in: a path of the portal, never another site.
fn local(return_to: &str) -> &str {
    let is_odd = |c: char| c == '\\' || c.is_control();
    let safe = return_to.starts_with("/portal/") && !return_to.contains(is_odd);
    if safe { return_to } else { HOME }
}
