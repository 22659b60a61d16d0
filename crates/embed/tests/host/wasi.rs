//! Variables, clock, output and environment of a component; components for WASI p2.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokportal_embed::{ComponentConfig, TestClock};

use crate::support::{app, builder, get, guest, ok, send, wasm};
use crate::upstream::Upstream;

#[tokio::test]
async fn component_variable_is_expanded_from_its_template() {
    let (builder, _) = builder();
    let component = guest().variable("greeting", "hello {{ name }}!");
    let app = builder
        .variable("name", "Ada")
        .component(component)
        .build()
        .await
        .unwrap();
    assert_eq!(ok(&app, "/variable/greeting").await, "hello Ada!");
    // A component does not see the variables of the application.
    assert_eq!(
        get(&app, "/variable/name").await,
        (500, "Error::Undefined(\"name\")".to_owned())
    );
    assert_eq!(
        get(&app, "/variable/No-Name").await,
        (500, "Error::InvalidName(\"No-Name\")".to_owned())
    );
}

#[tokio::test]
async fn test_clock_moves_the_clocks_of_p2_and_p3() {
    let clock = TestClock::new();
    let (builder, _) = builder();
    let app = builder
        .clock(clock.clone())
        .component(guest())
        .build()
        .await
        .unwrap();
    clock.advance(Duration::from_secs(1_000_000));
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        + 1_000_000;
    let body = ok(&app, "/clock").await;
    let seconds: Vec<u64> = body
        .split(' ')
        .map(|second| second.parse().unwrap())
        .collect();
    assert_eq!(seconds.len(), 2);
    assert!(
        seconds
            .iter()
            .all(|second| (now..now + 60).contains(second)),
        "{body} at {now}"
    );
}

#[tokio::test]
async fn output_of_a_component_is_logged() {
    let (app, log) = app(guest()).await;
    ok(&app, "/print?x").await;
    assert_eq!(log.lines(), ["guest: out x", "guest: err x"]);
}

#[tokio::test]
async fn component_sees_no_files_sockets_or_environment() {
    let (bare, _) = app(guest()).await;
    assert_eq!(
        ok(&bare, "/environment").await,
        "[] no files permission denied 0"
    );
    let (given, _) = app(guest().environment("COLOUR", "green")).await;
    assert_eq!(
        ok(&given, "/environment").await,
        "[COLOUR=green] no files permission denied 0"
    );
}

fn guest_p2() -> ComponentConfig {
    ComponentConfig::from_file("p2", wasm("embed_guest_p2"))
        .route("/...")
        .key_value_store("default")
}

#[tokio::test]
async fn p2_component_uses_store_variables_and_network() {
    let upstream = Upstream::start().await;
    let component = guest_p2()
        .variable("v", "value")
        .allow_outbound(upstream.url());
    let (app, log) = app(component).await;
    assert_eq!(ok(&app, "/hello").await, "hello from p2");
    assert_eq!(
        send(&app, "POST", "/kv/default/k", "v").await,
        (200, "k=v".to_owned())
    );
    assert_eq!(
        get(&app, "/kv/other/k").await,
        (500, "Error::AccessDenied".to_owned())
    );
    assert_eq!(ok(&app, "/variable/v").await, "value");
    assert_eq!(
        get(&app, "/variable/w").await,
        (500, "Error::Undefined(\"w\")".to_owned())
    );
    assert_eq!(
        ok(&app, "/header/spin-path-info").await,
        "/header/spin-path-info"
    );
    assert_eq!(
        ok(&app, &format!("/fetch?{}/hello", upstream.url())).await,
        "200 hello"
    );
    let (status, body) = get(&app, "/fetch?http://refused.example/").await;
    assert_eq!(status, 500);
    assert!(body.contains("HttpRequestDenied"), "{body}");
    assert!(
        log.contains("component `p2` was refused http://refused.example"),
        "{:?}",
        log.lines()
    );
}

#[tokio::test]
async fn p2_instance_serves_one_request() {
    let (app, _) = app(guest_p2()).await;
    assert_eq!(ok(&app, "/count").await, "1");
    assert_eq!(ok(&app, "/count").await, "1");
}
