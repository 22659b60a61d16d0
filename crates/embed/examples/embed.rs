//! Runs a component inside a program: no manifest, state in memory, and a log that the program handles.
//!
//! ```text
//! cargo run -p tokportal-embed --example embed -- path/to/component.wasm
//! ```

#![expect(clippy::print_stdout, reason = "it prints the response")]

use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use tokportal_embed::{App, ComponentConfig, Limits, LogLine};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let file = std::env::args_os()
        .nth(1)
        .ok_or("usage: embed COMPONENT.wasm")?;

    // A component has only the rights that are given here.
    let component = ComponentConfig::from_file("example", std::path::PathBuf::from(file))
        .route("/...")
        .variable("public_url", "{{ public_url }}")
        .key_value_store("default")
        .allow_outbound("https://api.example.com");
    let app = App::builder()
        .component(component)
        .variable("public_url", "http://localhost:3000")
        .in_memory()
        .limits(Limits {
            memory_bytes: 64 << 20,
            request_time: Duration::from_secs(10),
            ..Limits::default()
        })
        .log(|line: LogLine<'_>| println!("{:?} of {}: {}", line.source, line.component, line.text))
        .build()
        .await?;

    // In-process, as a handler of an existing server would call it.
    let request = http::Request::get("/").body(Empty::<bytes::Bytes>::new())?;
    let response = app.handle(request).await;
    println!("{}", response.status());
    let body = response.into_body().collect().await?.to_bytes();
    println!("{}", String::from_utf8_lossy(&body));

    // Or on a socket.
    let server = app.bind("127.0.0.1:0").await?;
    println!("listening on {}", server.url());
    server.shutdown().await;
    Ok(())
}
