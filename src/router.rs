//! The routes of the connector: every path with its methods, its callers, its rate limit and its endpoint.

mod timed_store;

use self::timed_store::TimedStore;
use crate::access::approval::APPROVAL_PATH;
use crate::access::credential;
use crate::app::{App, Context, RequestId};
use crate::approvals;
use crate::approvals::page::QUESTION_PATH;
use crate::config::ConfigError;
use crate::event::Event;
use crate::health;
use crate::host::{Host, IncomingBody};
use crate::icons;
use crate::instance::Instance;
use crate::ledger::deployment;
use crate::ledger::rate_limit::{self, Limit};
use crate::ledger::sweep;
use crate::mcp;
use crate::memory;
use crate::oauth::authorize::consent::{CONSENT_PATH, SIGN_IN_PATH, SWITCH_PATH};
use crate::oauth::authorize::{consent, decision, request, sign_in, switch};
use crate::oauth::client::registration;
use crate::oauth::error::OAuthError;
use crate::oauth::{discovery, token};
use crate::pages::reply::{FormAction, Refusal, html};
use crate::pages::{self, ChecksPage, problems, welcome};
use crate::site;
use crate::upstream::portal::sign_in::CALLBACK_PATH;
use crate::web::accept;
use crate::web::client_address::Network;
use crate::web::cors;
use crate::web::language::Language;
use crate::web::reply::{self, Reply};
use crate::web::trace_context::TraceContext;
use Audience::{Browsers, McpClients, OAuthClients, Public};
use Endpoint::*;
use futures::future::join;
use http::request::Parts;
use http::{HeaderName, Method, Request, StatusCode, header};
use serde_json::json;

struct Route {
    path: &'static str,
    /// Value of the `Allow` header.
    methods: &'static str,
    audience: Audience,
    limit: Option<Limit>,
    endpoint: Endpoint,
}

/// Who calls a path; it decides about CORS and the form of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// MCP clients. The endpoint itself checks method, origin and credential, in the order of the specification.
    McpClients,
    /// OAuth clients, from any origin (CORS). Errors are JSON.
    OAuthClients,
    /// People in a browser. Errors are pages.
    Browsers,
    /// Any reader of a file: an icon, a page without a sign-in. The endpoint sets the CORS header itself.
    Public,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Mcp,
    ProtectedResource,
    AuthorizationServer,
    OpenIdProvider,
    Register,
    Token,
    Revoke,
    Authorize,
    Callback,
    Switch,
    Consent,
    Approve,
    Question,
    Icon,
    Welcome,
    Favicon,
    Robots,
    SecurityTxt,
    Alive,
    Ready,
    ReadyPortal,
}

/// These three paths are answered with an invalid configuration, too.
const ALIVE_PATH: &str = "/healthz";
const READY_PATH: &str = "/readyz";
const READY_PORTAL_PATH: &str = "/readyz/portal";

/// The endpoints of the authorization server are at the root of the origin, because some clients look only there. The
/// MCP endpoint never redirects (it answers with and without a trailing slash), because clients drop the token when
/// they follow a redirect.
#[rustfmt::skip]
const ROUTES: [Route; 30] = [
    route("/api/ext/mcp",                                          "POST, OPTIONS", McpClients,   None, Mcp),
    route("/api/ext/mcp/",                                         "POST, OPTIONS", McpClients,   None, Mcp),
    route("/.well-known/oauth-protected-resource",                 "GET, HEAD",     OAuthClients, None, ProtectedResource),
    route("/.well-known/oauth-protected-resource/api/ext/mcp",     "GET, HEAD",     OAuthClients, None, ProtectedResource),
    route("/.well-known/oauth-protected-resource/api/ext/mcp/",    "GET, HEAD",     OAuthClients, None, ProtectedResource),
    route("/api/ext/mcp/.well-known/oauth-protected-resource",     "GET, HEAD",     OAuthClients, None, ProtectedResource),
    route("/.well-known/oauth-authorization-server",               "GET, HEAD",     OAuthClients, None, AuthorizationServer),
    route("/.well-known/oauth-authorization-server/api/ext/mcp",   "GET, HEAD",     OAuthClients, None, AuthorizationServer),
    route("/api/ext/mcp/.well-known/oauth-authorization-server",   "GET, HEAD",     OAuthClients, None, AuthorizationServer),
    route("/.well-known/openid-configuration",                     "GET, HEAD",     OAuthClients, None, OpenIdProvider),
    route("/.well-known/openid-configuration/api/ext/mcp",         "GET, HEAD",     OAuthClients, None, OpenIdProvider),
    route("/api/ext/mcp/.well-known/openid-configuration",         "GET, HEAD",     OAuthClients, None, OpenIdProvider),
    route("/register",                                             "POST",          OAuthClients, Some(Limit::Register), Register),
    route("/token",                                                "POST",          OAuthClients, Some(Limit::Token), Token),
    route("/revoke",                                               "POST",          OAuthClients, Some(Limit::Revoke), Revoke),
    route("/authorize",                                            "GET, HEAD",     Browsers,     Some(Limit::Authorize), Authorize),
    route(CALLBACK_PATH,                                           "GET, HEAD",     Browsers,     Some(Limit::Callback), Callback),
    route(SWITCH_PATH,                                             "GET, HEAD",     Browsers,     Some(Limit::Consent), Switch),
    route(CONSENT_PATH,                                            "GET, HEAD, POST", Browsers,   Some(Limit::Consent), Consent),
    route(SIGN_IN_PATH,                                            "GET, HEAD, POST", Browsers,   Some(Limit::Consent), Consent),
    route(APPROVAL_PATH,                                           "GET, HEAD, POST", Browsers,   Some(Limit::Consent), Approve),
    route(QUESTION_PATH,                                           "GET, HEAD, POST", Browsers,   Some(Limit::Consent), Question),
    route("/",                                                     "GET, HEAD",     Public,       None, Welcome),
    route("/favicon.ico",                                          "GET, HEAD",     Public,       None, Favicon),
    route("/robots.txt",                                           "GET, HEAD",     Public,       None, Robots),
    route("/.well-known/security.txt",                             "GET, HEAD",     Public,       None, SecurityTxt),
    route(ALIVE_PATH,                                              "GET, HEAD",     Public,       None, Alive),
    route(READY_PATH,                                              "GET, HEAD",     Public,       Some(Limit::Ready), Ready),
    route(READY_PORTAL_PATH,                                       "GET, HEAD",     Public,       Some(Limit::Ready), ReadyPortal),
    route("/icons/",                                               "GET, HEAD",     Public,       None, Icon),
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
    /// The route of a path. `/icons/` matches the path of every icon.
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

/// Answers one request to an instance. Every shell calls it with its host, its instance, and a function that returns the
/// value of a variable ([`Instance::config`]).
pub async fn serve<H: Host, B: IncomingBody>(
    host: H,
    instance: &Instance,
    variable: impl AsyncFn(&'static str) -> Option<String>,
    request: Request<B>,
) -> Reply {
    match instance.config(&host, request.uri().path(), variable).await {
        Ok(config) => {
            let app = App {
                host: TimedStore(host),
                config,
                memory: instance.memory(),
                texts: instance.texts(),
            };
            app.handle(request).await
        }
        Err(error) => misconfigured(&host, &error, &request),
    }
}

impl<H: Host> App<H> {
    /// Answers one request and writes its line to the log.
    pub async fn handle<B: IncomingBody>(&self, request: Request<B>) -> Reply {
        let context = self.context_in(Language::preferred(request.headers()));
        context.note_trace_context(TraceContext::of_headers(request.headers()));
        let proxy_header = self.config.client_address_header.as_ref();
        let is_local = self.config.is_loopback;
        let caller = Network::of_caller(request.headers(), proxy_header, is_local);
        context.caller.set(caller);
        let (parts, body) = request.into_parts();
        let method = parts.method.clone();
        let route = Route::find(parts.uri.path());
        let reply = match route {
            Some(route) if route.endpoint == Alive || context.room.begin(&self.host).await => {
                answer(&context, route, parts, body).await
            }
            Some(_) => overloaded(&context),
            None => not_found(),
        };
        let path = route.map_or("none", |route| route.path);
        context.log_request(path, &method, reply.status().as_u16());
        let mut reply = with_request_id(reply, context.request_id.as_str());
        // The reply stays in memory until the client has read it.
        context.room.set_used(reply.body().len());
        context.room.give_back_rest();
        memory::hold(&mut reply, context.room);
        reply
    }
}

async fn answer<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    route: &Route,
    parts: Parts,
    body: B,
) -> Reply {
    if opens_page(route, &parts) {
        let query = parts.uri.query().unwrap_or_default();
        return welcome::reply(context, query, route.endpoint == Welcome);
    }
    if route.audience == McpClients {
        return mcp::endpoint::handle(context, parts, body).await;
    }
    let reply = if parts.method == Method::OPTIONS && route.audience == OAuthClients {
        cors::preflight(route.methods)
    } else if !route.has_method(&parts.method) && route.endpoint != Welcome {
        let mut reply = reply::empty(StatusCode::METHOD_NOT_ALLOWED);
        reply::set(&mut reply, header::ALLOW, route.methods);
        reply
    } else {
        dispatch(context, route, &parts, body).await
    };
    if route.audience == OAuthClients {
        cors::allow(reply)
    } else {
        reply
    }
}

/// Whether a person opens the address of the connector in a browser. A request with a credential comes from a client,
/// whatever it accepts; a client without one must see the challenge.
fn opens_page(route: &Route, parts: &Parts) -> bool {
    matches!(route.endpoint, Mcp | Welcome)
        && matches!(parts.method, Method::GET | Method::HEAD)
        && accept::prefers_html(&parts.headers)
        && !credential::is_present(&parts.headers)
}

async fn dispatch<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    route: &Route,
    parts: &Parts,
    body: B,
) -> Reply {
    let (path, query) = (parts.uri.path(), parts.uri.query().unwrap_or_default());
    match route.endpoint {
        ProtectedResource => discovery::protected_resource(context.config, path, query),
        AuthorizationServer => discovery::authorization_server(context.config),
        OpenIdProvider => discovery::no_openid_provider(),
        Icon => icons::at(path).map_or_else(not_found, icons::reply),
        Favicon => icons::favicon(),
        Robots => site::robots(),
        SecurityTxt => {
            site::security_txt(context.config, context.host.now()).unwrap_or_else(not_found)
        }
        Alive => health::alive(),
        // A monitor may send HEAD, and it wants the status.
        Ready | ReadyPortal => rate_limited(context, route, parts, body).await,
        // Only a client asks for `/` without `text/html`, and it is looking for the MCP endpoint.
        Welcome => not_found(),
        // The endpoints that use the store or the portal. HEAD must change nothing: link checkers and previews send it
        // before a person opens the link, and the portal's code works once.
        _ if parts.method == Method::HEAD => pages::reply::head(context.language),
        _ => {
            let reply = rate_limited(context, route, parts, body);
            let work = join(reply, note_deployment(context, route));
            sweep::beside(context, work).await.0
        }
    }
}

/// Notes the deployment. The steps of a sign-in after its start only look for the note, because it shows that the store
/// keeps rows (`oauth::authorize::kept`).
async fn note_deployment<H: Host>(context: &Context<'_, H>, route: &Route) {
    if !matches!(route.endpoint, Callback | Consent | Question) {
        // The endpoint needs the store, too, and reports that it failed.
        let _ = deployment::note(context).await;
    }
}

/// Checks the rate limit and calls one of the endpoints that use the store.
async fn rate_limited<H: Host, B: IncomingBody>(
    context: &Context<'_, H>,
    route: &Route,
    parts: &Parts,
    body: B,
) -> Reply {
    let headers = &parts.headers;
    let query = parts.uri.query().unwrap_or_default();
    if let Some(limit) = route.limit
        && let Err(seconds) = rate_limit::check(context, limit).await
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
        Register => or_json(context, registration::register(context, body).await),
        Token => or_json(
            context,
            token::endpoint::token(context, headers, body).await,
        ),
        Revoke => or_json(context, token::revoke::revoke(context, headers, body).await),
        Authorize => or_page(context, request::authorize(context, query).await),
        Callback if approvals::sign_in::is_of_visit(query) => or_page(
            context,
            approvals::sign_in::callback(context, headers, query).await,
        ),
        Callback => or_page(context, sign_in::callback(context, headers, query).await),
        Switch => or_page(context, switch::switch(context, headers, query).await),
        Consent if parts.method == Method::POST => {
            or_page(context, decision::decide(context, headers, body).await)
        }
        Consent => or_page(context, consent::show(context, headers, query).await),
        Approve if parts.method == Method::POST => or_page(
            context,
            approvals::start::enter_key(context, headers, body).await,
        ),
        Approve => or_page(context, approvals::start::start(context, query).await),
        Question if parts.method == Method::POST => or_page(
            context,
            approvals::page::answer(context, headers, body).await,
        ),
        Question => or_page(
            context,
            approvals::page::show(context, headers, query).await,
        ),
        Ready => health::ready(context, headers).await,
        ReadyPortal => health::portal(context, headers).await,
        Mcp | ProtectedResource | AuthorizationServer | OpenIdProvider | Icon | Welcome
        | Favicon | Robots | SecurityTxt | Alive => not_found(),
    }
}

/// The reply, or the error as a page.
fn or_page<H: Host>(context: &Context<'_, H>, result: Result<Reply, Refusal>) -> Reply {
    result.unwrap_or_else(|refusal| refusal.reply(context))
}

/// The reply, or the error as JSON.
fn or_json<H: Host>(context: &Context<'_, H>, result: Result<Reply, OAuthError>) -> Reply {
    result.unwrap_or_else(|error| {
        if let Some(cause) = error.cause.clone() {
            context.log(&Event::Unavailable { cause });
        }
        error.reply()
    })
}

/// The reply to a request that would need more memory than the instance has now. Nothing was done.
fn overloaded<H: Host>(context: &Context<'_, H>) -> Reply {
    context.log(&Event::Overloaded);
    let mut reply = reply::json(
        StatusCode::SERVICE_UNAVAILABLE,
        r#"{"error":"temporarily_unavailable","error_description":"The connector has too many requests right now. Nothing was done: send the same again in a moment."}"#,
    );
    reply::set(&mut reply, header::RETRY_AFTER, "2");
    reply
}

fn not_found() -> Reply {
    reply::json(
        StatusCode::NOT_FOUND,
        r#"{"error":"not_found","error_description":"Nothing is here. The MCP endpoint is /api/ext/mcp."}"#,
    )
}

/// The reply to a request with a method, URL or header that is not valid HTTP and that the host let through.
#[must_use]
pub fn malformed_request() -> Reply {
    reply::json(
        StatusCode::BAD_REQUEST,
        r#"{"error":"invalid_request","error_description":"The method, the URL or a header is not valid HTTP."}"#,
    )
}

/// The reply to a request when the configuration is invalid: a page for browsers, JSON for other clients. Both name every
/// variable, and so does the log under the request id of the reply. `/healthz` is answered as always.
pub(crate) fn misconfigured<H: Host, B>(
    host: &H,
    error: &ConfigError,
    request: &Request<B>,
) -> Reply {
    let (path, headers) = (request.uri().path(), request.headers());
    if path == ALIVE_PATH {
        return health::alive();
    }
    let id = RequestId::random(host);
    let id = id.as_str();
    let event = Event::ConfigurationInvalid {
        problems: error.problems().to_vec(),
    };
    host.log(&event.line(host.now(), id));
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let reply = if [READY_PATH, READY_PORTAL_PATH].contains(&path) {
        health::unconfigured(error, headers, id)
    } else if accept::prefers_html(headers) {
        let language = Language::preferred(headers);
        let problems = error.problems();
        let page = ChecksPage::of_variables(problems, language, "TokPortal connector", id);
        html(status, language, page.html(), FormAction::Nowhere)
    } else {
        let description = format!("The connector is not configured: {error}.");
        let body = json!({
            "error": "server_error",
            "error_description": description,
            "variables": error.problems(),
        });
        reply::json(status, body.to_string())
    };
    with_request_id(reply, id)
}

/// Adds the request id to an error reply, so that the operator finds a reported error in the log.
fn with_request_id(mut reply: Reply, request_id: &str) -> Reply {
    if reply.status().is_client_error() || reply.status().is_server_error() {
        let name = HeaderName::from_static("x-request-id");
        reply::set(&mut reply, name, request_id);
    }
    reply
}

#[cfg(test)]
mod tests;
