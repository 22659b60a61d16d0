//! Every path of the connector, who may call it how, and what answers it.

use crate::app::{App, Context, RequestId};
use crate::config::ConfigError;
use crate::event::Event;
use crate::host::{Host, IncomingBody};
use crate::icons;
use crate::ledger::rate_limit::{self, Limit};
use crate::ledger::sweep::sweep;
use crate::mcp;
use crate::oauth::authorize::consent::{CONSENT_PATH, SIGN_IN_PATH, SWITCH_PATH};
use crate::oauth::authorize::{decision, request, sign_in, switch};
use crate::oauth::client::registration;
use crate::oauth::discovery;
use crate::oauth::error::OAuthError;
use crate::oauth::token::{endpoint, revoke};
use crate::pages::problems;
use crate::pages::reply::{Refusal, html};
use crate::upstream::portal::sign_in::CALLBACK_PATH;
use crate::web::cors;
use crate::web::reply::{self, Reply};
use Audience::{Browsers, McpClients, Pages, Programs};
use Endpoint::*;
use futures::future::join;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use serde_json::json;

/// A path with what it takes and what answers it.
struct Route {
    path: &'static str,
    methods: &'static str,
    audience: Audience,
    limit: Option<Limit>,
    endpoint: Endpoint,
}

/// Who calls a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// MCP clients; the endpoint checks method, origin and credential itself, in the order of the specification.
    McpClients,
    /// OAuth clients, from any origin (CORS); errors are JSON.
    Programs,
    /// People, in a browser; errors are pages.
    Browsers,
    /// Pages of any site, which show the picture.
    Pages,
}

/// What answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Mcp,
    ProtectedResource,
    AuthorizationServer,
    Register,
    Token,
    Revoke,
    Authorize,
    Callback,
    Switch,
    Decide,
    Icon,
}

/// The endpoints of the authorization server stand at the root of the origin, because some clients look nowhere else. The
/// MCP endpoint is never a redirect, because clients drop the token when they follow one.
#[rustfmt::skip]
const ROUTES: [Route; 20] = [
    route("/api/ext/mcp",                                          "POST, OPTIONS", McpClients, None, Mcp),
    route("/api/ext/mcp/",                                         "POST, OPTIONS", McpClients, None, Mcp),
    route("/.well-known/oauth-protected-resource",                 "GET, HEAD", Programs, None, ProtectedResource),
    route("/.well-known/oauth-protected-resource/api/ext/mcp",     "GET, HEAD", Programs, None, ProtectedResource),
    route("/api/ext/mcp/.well-known/oauth-protected-resource",     "GET, HEAD", Programs, None, ProtectedResource),
    route("/.well-known/oauth-authorization-server",               "GET, HEAD", Programs, None, AuthorizationServer),
    route("/.well-known/oauth-authorization-server/api/ext/mcp",   "GET, HEAD", Programs, None, AuthorizationServer),
    route("/api/ext/mcp/.well-known/oauth-authorization-server",   "GET, HEAD", Programs, None, AuthorizationServer),
    route("/.well-known/openid-configuration",                     "GET, HEAD", Programs, None, AuthorizationServer),
    route("/.well-known/openid-configuration/api/ext/mcp",         "GET, HEAD", Programs, None, AuthorizationServer),
    route("/api/ext/mcp/.well-known/openid-configuration",         "GET, HEAD", Programs, None, AuthorizationServer),
    route("/register",                                             "POST",      Programs, Some(Limit::Register), Register),
    route("/token",                                                "POST",      Programs, Some(Limit::Token), Token),
    route("/revoke",                                               "POST",      Programs, Some(Limit::Token), Revoke),
    route("/authorize",                                            "GET, HEAD", Browsers, Some(Limit::Authorize), Authorize),
    route(CALLBACK_PATH,                                           "GET, HEAD", Browsers, None, Callback),
    route(SWITCH_PATH,                                             "GET, HEAD", Browsers, None, Switch),
    route(CONSENT_PATH,                                            "POST",      Browsers, None, Decide),
    route(SIGN_IN_PATH,                                            "POST",      Browsers, None, Decide),
    route("/icons/",                                               "GET, HEAD", Pages,    None, Icon),
];

const fn route(
    path: &'static str,
    methods: &'static str,
    audience: Audience,
    limit: Option<Limit>,
    endpoint: Endpoint,
) -> Route {
    Route {
        path,
        methods,
        audience,
        limit,
        endpoint,
    }
}

impl Route {
    /// The route of a path. `/icons/` stands for all paths below it that have a picture.
    fn find(path: &str) -> Option<&'static Self> {
        ROUTES.iter().find(|route| match route.endpoint {
            Icon => icons::at(path).is_some(),
            _ => path == route.path,
        })
    }

    fn has_method(&self, method: &Method) -> bool {
        self.methods.split(", ").any(|known| known == method)
    }
}

impl<H: Host> App<H> {
    /// Answers one request, and writes its line to the log.
    pub async fn handle<B: IncomingBody>(&self, request: Request<B>) -> Reply {
        let context = self.context();
        let (parts, body) = request.into_parts();
        let method = parts.method.clone();
        let route = Route::find(parts.uri.path());
        let reply = match route {
            Some(route) => answer(&context, route, parts, body).await,
            None => not_found(),
        };
        let path = route.map_or("none", |route| route.path);
        context.log_request(path, &method, reply.status().as_u16());
        with_request_id(reply, context.request_id.as_str())
    }
}

async fn answer<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    route: &Route,
    parts: Parts,
    body: B,
) -> Reply {
    if route.audience == McpClients {
        return mcp::endpoint::handle(context, parts, body).await;
    }
    let reply = if parts.method == Method::OPTIONS && route.audience == Programs {
        cors::preflight(route.methods)
    } else if !route.has_method(&parts.method) {
        let mut reply = reply::empty(StatusCode::METHOD_NOT_ALLOWED);
        reply::set(&mut reply, header::ALLOW, route.methods);
        reply
    } else {
        dispatch(context, route, &parts, body).await
    };
    if route.audience == Programs {
        cors::allow(reply)
    } else {
        reply
    }
}

async fn dispatch<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    route: &Route,
    parts: &Parts,
    body: B,
) -> Reply {
    let query = parts.uri.query().unwrap_or_default();
    match route.endpoint {
        ProtectedResource => discovery::protected_resource(context.config, query),
        AuthorizationServer => discovery::authorization_server(context.config),
        Icon => icons::at(parts.uri.path()).map_or_else(not_found, icons::reply),
        // The sweep is a small piece of work beside the request, not before it.
        _ => {
            join(limited(context, route, parts, body), sweep(context))
                .await
                .0
        }
    }
}

/// The endpoints that read or write the store.
async fn limited<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    route: &Route,
    parts: &Parts,
    body: B,
) -> Reply {
    let headers = &parts.headers;
    let query = parts.uri.query().unwrap_or_default();
    if let Some(limit) = route.limit
        && let Err(seconds) = rate_limit::check(context, limit, headers).await
    {
        return match route.audience {
            Browsers => {
                let cause = "too many requests from one network";
                Refusal::new(problems::too_many_requests(seconds), cause).reply(context)
            }
            _ => OAuthError::too_many_requests(seconds).reply(),
        };
    }
    match route.endpoint {
        Register => program(context, registration::register(context, body).await),
        Token => program(context, endpoint::token(context, headers, body).await),
        Revoke => program(context, revoke::revoke(context, headers, body).await),
        Authorize => page(context, request::authorize(context, query).await),
        Callback => page(context, sign_in::callback(context, headers, query).await),
        Switch => page(context, switch::switch(context, headers, query).await),
        Decide => page(context, decision::decide(context, headers, body).await),
        Mcp | ProtectedResource | AuthorizationServer | Icon => not_found(),
    }
}

fn page<H: Host>(context: &Context<'_, H>, answer: Result<Reply, Refusal>) -> Reply {
    answer.unwrap_or_else(|refusal| refusal.reply(context))
}

fn program<H: Host>(context: &Context<'_, H>, answer: Result<Reply, OAuthError>) -> Reply {
    answer.unwrap_or_else(|error| {
        if let Some(cause) = error.cause.clone() {
            context.log(&Event::Unavailable { cause });
        }
        error.reply()
    })
}

fn not_found() -> Reply {
    reply::json(
        StatusCode::NOT_FOUND,
        r#"{"error":"not_found","error_description":"Nothing is here. The MCP endpoint is /api/ext/mcp."}"#,
    )
}

/// The reply of a connector whose configuration cannot be used: a page for browsers, JSON for programs. The log has the
/// variable and the problem under the request id of the reply.
pub fn misconfigured<H: Host>(host: &H, error: &ConfigError, headers: &HeaderMap) -> Reply {
    let request_id = RequestId::random(host);
    let event = Event::ConfigurationInvalid {
        variable: error.variable,
        problem: error.problem.clone(),
    };
    host.log(&event.line(host.now(), request_id.as_str()));
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let reply = if accepts.is_some_and(|accepts| accepts.contains("text/html")) {
        let problem = problems::wrong_configuration(error.variable);
        let page = problem.page("TokPortal connector", request_id.as_str());
        html(problem.status.code(), page.html(), "'none'")
    } else {
        let description = format!("The connector is not configured: {error}.");
        let body = json!({ "error": "server_error", "error_description": description });
        reply::json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string())
    };
    with_request_id(reply, request_id.as_str())
}

/// Names the request in an error, so that a report of it can be found in the log.
fn with_request_id(mut reply: Reply, request_id: &str) -> Reply {
    if reply.status().is_client_error() || reply.status().is_server_error() {
        let name = HeaderName::from_static("x-request-id");
        reply::set(&mut reply, name, request_id);
    }
    reply
}

#[cfg(test)]
mod tests;
