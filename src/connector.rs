//! The whole component as a function from request to reply.

use crate::host::config::Config;
use crate::host::{Host, IncomingBody};
use crate::icons::Icon;
use crate::mcp;
use crate::oauth::routes::{self, Route};
use crate::reply::{self, Reply};
use http::{Request, StatusCode};

/// The connector: the seams and the configuration. It holds no state between requests.
#[derive(Debug)]
pub struct Connector<H> {
    /// The seams.
    pub host: H,
    /// The configuration.
    pub config: Config,
}

impl<H: Host> Connector<H> {
    /// Answers one request.
    pub async fn handle<B: IncomingBody>(&self, request: Request<B>) -> Reply {
        match request.uri().path() {
            // Never a redirect: clients drop the token when they follow one.
            "/api/ext/mcp" | "/api/ext/mcp/" => mcp::endpoint::handle(self, request).await,
            path => {
                if let Some(icon) = Icon::at(path) {
                    icon.reply(request.method())
                } else if let Some(route) = Route::at(path) {
                    routes::handle(self, route, request).await
                } else {
                    reply::json(
                        StatusCode::NOT_FOUND,
                        r#"{"error":"not_found","error_description":"Nothing is here. The MCP endpoint is /api/ext/mcp."}"#,
                    )
                }
            }
        }
    }
}
