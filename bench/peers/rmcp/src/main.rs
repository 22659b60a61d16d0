//! A native MCP server for the same tools and the same API: rmcp's streamable HTTP transport in axum, behind bearer
//! authentication, without sessions. Its arguments are the file of tools that `make bench` writes, and the API's origin.

mod api;
mod server;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use server::Server;

/// The key of the person who calls, which the bearer token is.
#[derive(Clone)]
struct Key(String);

/// One worker, because the server has one core.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let tools = arguments
        .next()
        .ok_or("the first argument is the file of tools")?;
    let upstream = arguments
        .next()
        .ok_or("the second argument is the API's origin")?;
    let server = Arc::new(Server::new(&std::fs::read_to_string(tools)?, upstream)?);
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true);
    let service = StreamableHttpService::new(
        move || Ok(Arc::clone(&server)),
        Arc::new(LocalSessionManager::default()),
        config,
    );
    let app = Router::new()
        .route_service("/mcp", service)
        .layer(from_fn(authenticate));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("Listening on http://{}", listener.local_addr()?);
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        // Without it, a reply could wait for the client's acknowledgement.
        drop(stream.set_nodelay(true));
    });
    axum::serve(listener, app).await?;
    Ok(())
}

/// Refuses a request without a bearer token, and hands the token on.
async fn authenticate(mut request: Request, next: Next) -> Response {
    let token = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(ToOwned::to_owned);
    match token {
        Some(token) => {
            request.extensions_mut().insert(Key(token));
            next.run(request).await
        }
        None => (
            StatusCode::UNAUTHORIZED,
            [(WWW_AUTHENTICATE, "Bearer resource_metadata=\"http://127.0.0.1/.well-known/oauth-protected-resource/mcp\"")],
        )
            .into_response(),
    }
}
