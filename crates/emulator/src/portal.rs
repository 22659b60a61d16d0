//! The portal below `/portal`: the OpenID provider, the keys API, the sign-in page and the Developer pages.

mod client;
mod form;
mod key_pages;
mod keys_api;
mod openid;
mod page;
mod problem;
mod sign_in;
mod signing;
mod token;
mod visit;

use askama::Template;

use self::page::{Frame, Reply};
use self::problem::Problem;
pub(crate) use self::token::issue;
use self::visit::{HOME, Visit};
use crate::error::{ApiError, Code};
use crate::host::Host;
use crate::incoming::Incoming;
use crate::outgoing::{self, Response};
use crate::store::settings;
use crate::time::Time;
use crate::{faults, people};

/// What programs call: the name that a fault is asked for by, the method and the path.
#[rustfmt::skip]
pub(crate) const OPERATIONS: [(&str, &str, &str); 10] = [
    ("portal.discovery", "GET", "/.well-known/openid-configuration"),
    ("portal.jwks", "GET", "/oauth/jwks"),
    ("portal.token", "POST", "/oauth/token"),
    ("portal.userinfo", "GET", "/oauth/userinfo"),
    ("portal.mint", "POST", "/api/keys"),
    ("portal.list", "GET", "/api/keys"),
    ("portal.introspect", "GET", "/api/keys/current"),
    ("portal.make-lasting", "PATCH", "/api/keys/current"),
    ("portal.revoke", "DELETE", "/api/keys/current"),
    ("portal.delete", "DELETE", "/api/keys/{id}"),
];

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage {
    frame: Frame,
}

/// `GET /`: what this is and where to go.
pub(crate) fn landing(host: &impl Host) -> Response {
    let frame = Frame {
        public_url: host.config().public_url.clone(),
        ..Frame::default()
    };
    page::html(host, 200, &LandingPage { frame })
}

/// Answers a request below `/portal`.
pub(crate) async fn answer(host: &impl Host, incoming: Incoming<'_>) -> Response {
    let reply = route(host, &incoming).await;
    reply.unwrap_or_else(|error| outgoing::failed("portal", &error))
}

async fn route(host: &impl Host, incoming: &Incoming<'_>) -> Reply {
    let settings = settings::load(host).await?;
    let now = settings.now(host);
    let called = OPERATIONS
        .iter()
        .filter(|(.., path)| matches(path, incoming.path));
    let called: Vec<_> = called.collect();
    let found = called
        .iter()
        .find(|(_, method, _)| *method == incoming.method);
    let Some((operation, ..)) = found.copied().copied() else {
        let methods: Vec<_> = called.iter().map(|(_, method, _)| *method).collect();
        return match &methods[..] {
            [] => browse(host, incoming, now).await,
            methods => Ok(method_not_allowed(&methods.join(", "))),
        };
    };
    let fault = match settings.faults {
        true => faults::take(host, operation).await?,
        false => None,
    };
    let instead = match &fault {
        Some(fault) => fault.before(host).await,
        None => None,
    };
    let mut response = match (instead, operation) {
        (Some(answer), _) => answer.response(),
        (_, "portal.discovery") => openid::discovery(host),
        (_, "portal.jwks") => openid::key_set(host).await?,
        (_, "portal.token") => token::redeem(host, incoming).await?,
        (_, "portal.userinfo") => token::userinfo(host, incoming).await?,
        (_, "portal.introspect" | "portal.make-lasting" | "portal.revoke") => {
            keys_api::current(host, incoming, now).await?
        }
        _ => keys_api::of_owner(host, incoming, now).await?,
    };
    if let Some(fault) = &fault {
        fault.after(host, &mut response).await;
    }
    Ok(response)
}

/// Whether a path is the one of an operation. `current` is not the id of a key.
fn matches(operation: &str, path: &str) -> bool {
    let id = operation
        .strip_suffix("{id}")
        .and_then(|root| path.strip_prefix(root));
    operation == path || id.is_some_and(|id| !id.is_empty() && id != "current" && !id.contains('/'))
}

fn method_not_allowed(methods: &str) -> Response {
    let error = ApiError::new(
        Code::MethodNotAllowed,
        "The path does not take this method.",
    );
    let mut response = outgoing::json(405, &error.envelope());
    outgoing::add(&mut response, "allow", methods);
    response
}

/// Answers a browser.
async fn browse(host: &impl Host, incoming: &Incoming<'_>, now: Time) -> Reply {
    if let ("GET", Some(asset)) = (incoming.method, page::asset(incoming.path)) {
        return Ok(asset);
    }
    let mut visit = Visit::begin(host, incoming, now).await?;
    let keys_path = incoming.path.strip_prefix("/developer/api-keys");
    let keys_path = keys_path.filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let response = match (incoming.method, incoming.path) {
        ("POST", _) if !visit.has_own_form() => visit.problem(Problem::StaleForm),
        ("GET", "" | "/" | "/sign-out") => page::see_other(HOME),
        ("GET", "/sign-in") => sign_in::show(&visit),
        ("POST", "/sign-in") => sign_in::submit(&mut visit).await?,
        ("POST", "/sign-out") => sign_in::sign_out(&mut visit).await?,
        ("GET", "/oauth/authorize") => openid::authorize(&visit).await?,
        _ if let Some(path) = keys_path => key_pages::answer(&mut visit, path).await?,
        _ => visit.problem(Problem::NoSuchPage),
    };
    Ok(visit.end(response))
}
