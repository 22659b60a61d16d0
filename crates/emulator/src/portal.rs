//! The portal: sign-in, OpenID provider, keys API and Developer pages, below `/portal`.

mod developer;
mod key_view;
mod keys_api;
mod landing;
mod openid;
mod page;
mod sign_in;
mod signing;
mod token;
mod visitor;

use bytes::Bytes;
use http::Response;

pub use self::landing::landing;
use self::page::Problem;
use self::visitor::Visitor;
use crate::host::{Host, SqlError};
use crate::pipeline::Incoming;

/// Where a person lands after signing in.
const HOME: &str = "/portal/developer/api-keys";

/// The fields of a form or a query.
struct Form(Vec<(String, String)>);

impl Form {
    fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The field, or an empty text.
    fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

/// Answers a request below `/portal`.
pub async fn answer(host: &impl Host, incoming: Incoming<'_>) -> Response<Bytes> {
    match route(host, &incoming).await {
        Ok(response) => response,
        Err(error) => {
            eprintln!("portal {}: {}", incoming.path, error.0);
            page::json(500, &serde_json::json!({ "error": "server_error" }))
        }
    }
}

async fn route(host: &impl Host, incoming: &Incoming<'_>) -> Result<Response<Bytes>, SqlError> {
    match (incoming.method, incoming.path) {
        ("GET", "/.well-known/openid-configuration") => return Ok(openid::discovery(host)),
        ("GET", "/oauth/jwks") => return openid::key_set(host).await,
        ("POST", "/oauth/token") => return token::redeem(host, incoming).await,
        ("GET" | "POST", "/oauth/userinfo") => return openid::userinfo(host, incoming).await,
        ("POST", "/api/keys") => return keys_api::mint(host, incoming).await,
        ("GET", "/api/keys/current") => return keys_api::introspect(host, incoming).await,
        ("DELETE", "/api/keys/current") => return keys_api::revoke(host, incoming).await,
        ("GET", "/assets/portal.css") => {
            return Ok(page::asset("text/css; charset=utf-8", page::STYLE));
        }
        ("GET", "/assets/mark.svg") => return Ok(page::asset("image/svg+xml", page::MARK)),
        _ => {}
    }
    let visitor = Visitor::of(host, incoming).await?;
    match (incoming.method, incoming.path) {
        ("GET", "/oauth/authorize") => openid::authorize(host, &visitor, incoming).await,
        ("GET", "/sign-in") => Ok(sign_in::show(host, &visitor, incoming)),
        ("POST", "/sign-in") => sign_in::submit(host, visitor, incoming).await,
        ("POST", "/sign-out") => sign_in::sign_out(host, visitor, incoming).await,
        ("GET", "/sign-out" | "" | "/") => Ok(page::see_other(HOME, &visitor)),
        ("GET" | "POST", path) => {
            match (path.strip_prefix("/developer/api-keys"), visitor.person) {
                (Some(rest), Some(person)) => {
                    let developer = developer::Developer {
                        host,
                        visitor: &visitor,
                        person,
                        incoming,
                    };
                    developer.answer(rest.trim_start_matches('/')).await
                }
                (Some(_), None) => {
                    let return_to = format!("/portal{path}");
                    let return_to = if incoming.method == "GET" {
                        return_to.as_str()
                    } else {
                        HOME
                    };
                    let mut query = form_urlencoded::Serializer::new(String::new());
                    let url = format!(
                        "/portal/sign-in?{}",
                        query.append_pair("return_to", return_to).finish()
                    );
                    Ok(page::see_other(&url, &visitor))
                }
                (None, _) => Ok(nothing_here(host, &visitor)),
            }
        }
        _ => Ok(nothing_here(host, &visitor)),
    }
}

fn nothing_here(host: &impl Host, visitor: &Visitor) -> Response<Bytes> {
    page::problem(
        host,
        visitor,
        Problem {
            status: 404,
            title: "There is no such page",
            what_happened: "The address is not one of this portal's.",
            what_to_do: "Start again from the beginning.",
            link: Some(("Go to your API keys", HOME)),
        },
    )
}

fn stale_form(host: &impl Host, visitor: &Visitor) -> Response<Bytes> {
    page::problem(
        host,
        visitor,
        Problem {
            status: 400,
            title: "This form is out of date",
            what_happened: "It was not sent from this browser's latest page, or the browser blocks cookies. Nothing was changed.",
            what_to_do: "Allow cookies for this site, go back and try again.",
            link: Some(("Go to your API keys", HOME)),
        },
    )
}
