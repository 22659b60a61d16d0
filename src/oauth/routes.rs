//! Which address is which endpoint. They stand at the origin root, because some clients look nowhere else.

use super::consent::{CONSENT_PATH, SIGN_IN_PATH, SWITCH_PATH};
use super::error::OAuthError;
use super::metadata::Document;
use super::rate_limit::{self, Endpoint};
use super::sweep::sweep;
use super::{authorize, cors, decision, page, portal_round, registration, revoke, token};
use crate::Connector;
use crate::host::{Host, IncomingBody};
use crate::pages::states;
use crate::portal::sign_in::CALLBACK_PATH;
use crate::reply::{self, Reply};
use futures::future::join;
use http::request::Parts;
use http::{Method, Request, StatusCode, header};

/// An endpoint of the authorization server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// A metadata document.
    Metadata(Document),
    /// `/register`
    Register,
    /// `/token`
    Token,
    /// `/revoke`
    Revoke,
    /// `/authorize`
    Authorize,
    /// Back from the portal.
    Callback,
    /// "Not you?"
    Switch,
    /// The consent form.
    Decision,
}

impl Route {
    /// The endpoint of a path.
    pub fn at(path: &str) -> Option<Self> {
        Some(match path {
            "/register" => Self::Register,
            "/token" => Self::Token,
            "/revoke" => Self::Revoke,
            "/authorize" => Self::Authorize,
            CALLBACK_PATH => Self::Callback,
            SWITCH_PATH => Self::Switch,
            CONSENT_PATH | SIGN_IN_PATH => Self::Decision,
            path => Self::Metadata(Document::at(path)?),
        })
    }

    fn methods(self) -> &'static str {
        match self {
            Self::Metadata(_) | Self::Authorize | Self::Callback | Self::Switch => "GET, HEAD",
            Self::Register | Self::Token | Self::Revoke | Self::Decision => "POST",
        }
    }

    /// Programs call it, from any origin.
    fn is_for_programs(self) -> bool {
        matches!(
            self,
            Self::Metadata(_) | Self::Register | Self::Token | Self::Revoke
        )
    }

    fn limit(self) -> Option<Endpoint> {
        match self {
            Self::Register => Some(Endpoint::Register),
            Self::Authorize => Some(Endpoint::Authorize),
            Self::Token | Self::Revoke => Some(Endpoint::Token),
            _ => None,
        }
    }
}

/// Answers a request to an endpoint of the authorization server.
pub async fn handle<H: Host, B: IncomingBody>(
    connector: &Connector<H>,
    route: Route,
    request: Request<B>,
) -> Reply {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let reply = if parts.method == Method::OPTIONS && route.is_for_programs() {
        cors::preflight(route.methods())
    } else if !route
        .methods()
        .split(", ")
        .any(|method| parts.method == method)
    {
        let mut reply = reply::empty(StatusCode::METHOD_NOT_ALLOWED);
        reply::set(&mut reply, header::ALLOW, route.methods());
        reply
    } else if let Route::Metadata(document) = route {
        document.reply(&connector.config, query)
    } else {
        // The sweep is a small piece of work beside the request, not before it.
        join(answer(connector, route, &parts, body), sweep(connector))
            .await
            .0
    };
    if route.is_for_programs() {
        cors::allow(reply)
    } else {
        reply
    }
}

async fn answer<H: Host, B: IncomingBody>(
    connector: &Connector<H>,
    route: Route,
    parts: &Parts,
    body: B,
) -> Reply {
    let headers = &parts.headers;
    let query = parts.uri.query().unwrap_or_default();
    if let Some(endpoint) = route.limit()
        && let Err(seconds) = rate_limit::check(connector, endpoint, headers).await
    {
        return if route.is_for_programs() {
            OAuthError::too_many_requests(seconds).reply()
        } else {
            page::problem(
                connector,
                &states::too_many_requests(seconds),
                "too many requests from one network",
            )
        };
    }
    let answer = match route {
        Route::Register => registration::register(connector, body).await,
        Route::Token => token::token(connector, headers, body).await,
        Route::Revoke => revoke::revoke(connector, headers, body).await,
        Route::Authorize => Ok(authorize::authorize(connector, query).await),
        Route::Callback => Ok(portal_round::callback(connector, headers, query).await),
        Route::Switch => Ok(portal_round::switch(connector, headers, query).await),
        Route::Decision => Ok(decision::decide(connector, headers, body).await),
        Route::Metadata(document) => Ok(document.reply(&connector.config, query)),
    };
    answer.unwrap_or_else(|error| error.reply())
}
