//! Faults and limits of a component, and their effect on other requests.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures::future::{Either, join_all, select};
use http::Request;
use http_body_util::Full;
use tokportal_embed::Limits;

use crate::support::{app, get, guest, limited, ok, send, text};

/// The request id in an error response.
fn id_of(body: &str) -> &str {
    body.trim_end().rsplit_once("Request id: ").unwrap().1
}

#[tokio::test]
async fn trap_fails_one_request_and_is_logged_with_its_id() {
    let (app, log) = app(guest()).await;
    let (status, body) = get(&app, "/trap").await;
    assert_eq!(status, 500);
    assert!(
        body.starts_with("The application failed. Request id: "),
        "{body}"
    );
    assert_eq!(ok(&app, "/hello").await, "hello");
    // The instance may end, and log it, after the response.
    until(|| {
        log.contains(&format!(
            "an instance ended (request {}): wasm trap",
            id_of(&body)
        ))
    })
    .await;
}

/// Yields until `condition` holds.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn trap_does_not_fail_requests_of_other_instances() {
    let (app, _) = limited(Limits {
        requests_at_once: 1,
        ..Default::default()
    })
    .await;
    let sleepers: Vec<_> = (0..8)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { ok(&app, "/sleep?100").await })
        })
        .collect();
    assert_eq!(get(&app, "/trap").await.0, 500);
    for sleeper in sleepers {
        assert_eq!(sleeper.await.unwrap(), "slept");
    }
}

#[tokio::test]
async fn allocation_beyond_the_memory_limit_fails_the_request() {
    let (app, log) = limited(Limits {
        memory_bytes: 32 << 20,
        ..Default::default()
    })
    .await;
    assert_eq!(ok(&app, "/memory?8").await, "8 MiB");
    let (status, body) = get(&app, "/memory?64").await;
    assert_eq!(status, 500);
    until(|| log.contains("after the memory limit of 32 MiB was reached")).await;
    until(|| log.contains(id_of(&body))).await;
    assert_eq!(ok(&app, "/hello").await, "hello");
}

#[test]
fn endless_loop_times_out_while_other_requests_run() {
    // A loop gives its thread back every millisecond. By default, a thread looks at events and at tasks from other threads
    // after 61 of these turns, so a request of many steps can wait for seconds where processors are few.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .event_interval(1)
        .global_queue_interval(1)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(endless_loop());
}

async fn endless_loop() {
    // A request that shares an instance with an endless loop waits for the loop, so each request gets its own instance.
    // The loops compete with every other test for the processors, so the others get time enough.
    let (app, log) = limited(Limits {
        request_time: Duration::from_secs(6),
        requests_at_once: 1,
        ..Default::default()
    })
    .await;
    let looping: Vec<_> = (0..3)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { get(&app, "/loop").await })
        })
        .collect();
    for _ in 0..10 {
        assert_eq!(ok(&app, "/hello").await, "hello");
    }
    for task in looping {
        let (status, body) = task.await.unwrap();
        assert_eq!(status, 504);
        assert!(
            body.starts_with("The application took too long. Request id: "),
            "{body}"
        );
        until(|| log.contains(id_of(&body))).await;
    }
}

#[tokio::test]
async fn request_beyond_the_time_limit_is_504() {
    let (app, log) = limited(Limits {
        request_time: Duration::from_millis(100),
        ..Default::default()
    })
    .await;
    let (status, body) = get(&app, "/sleep?60000").await;
    assert_eq!(status, 504);
    assert!(
        log.contains(&format!("request {} exceeded the time limit", id_of(&body))),
        "{:?}",
        log.lines()
    );
    assert_eq!(ok(&app, "/hello").await, "hello");
}

#[tokio::test]
async fn request_body_beyond_the_limit_is_413() {
    let (app, _) = limited(Limits {
        request_body_bytes: 1000,
        ..Default::default()
    })
    .await;
    assert_eq!(
        send(&app, "POST", "/length", &"x".repeat(1000)).await,
        (200, "1000".to_owned())
    );
    let too_large = (
        413,
        "The request body is larger than 1000 bytes.\n".to_owned(),
    );
    assert_eq!(
        send(&app, "POST", "/length", &"x".repeat(1001)).await,
        too_large
    );
    // The length is unknown, so the host notices the excess while it reads.
    let chunk = Full::new(Bytes::from(vec![b'x'; 600]));
    let body = SizeUnknown(chunk.clone(), chunk);
    let request = Request::post("/length").body(body).unwrap();
    assert_eq!(text(app.handle(request).await).await, too_large);
}

#[tokio::test]
async fn large_request_body_arrives_complete() {
    let (app, _) = app(guest()).await;
    let megabytes = 10 << 20;
    let answer = send(&app, "POST", "/length", &"x".repeat(megabytes)).await;
    assert_eq!(answer, (200, megabytes.to_string()));
}

#[tokio::test]
async fn instance_is_reused_up_to_its_request_limit() {
    let (app, _) = limited(Limits {
        requests_per_instance: 2,
        ..Default::default()
    })
    .await;
    let mut counts = Vec::new();
    for _ in 0..4 {
        counts.push(ok(&app, "/count").await);
    }
    assert_eq!(counts, ["1", "2", "1", "2"]);
}

#[tokio::test]
async fn burst_of_requests_shares_few_instances() {
    let (app, _) = limited(Limits {
        requests_per_instance: usize::MAX,
        ..Default::default()
    })
    .await;
    let burst = (0..256).map(|_| ok(&app, "/count"));
    let counts = join_all(burst).await;
    let instances = counts.iter().filter(|count| *count == "1").count();
    assert!(instances < 32, "{instances} instances for 256 requests");
}

#[tokio::test]
async fn requests_that_wait_do_not_hold_up_others() {
    let (app, _) = app(guest()).await;
    let waiting = join_all((0..256).map(|_| get(&app, "/sleep?60000")));
    let other = ok(&app, "/hello");
    match select(pin!(waiting), pin!(other)).await {
        Either::Left((answers, _)) => panic!("they ended first: {answers:?}"),
        Either::Right((answer, _)) => assert_eq!(answer, "hello"),
    }
}

/// Two bodies in a row, with an unknown length.
struct SizeUnknown(Full<Bytes>, Full<Bytes>);

impl http_body::Body for SizeUnknown {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        let first = std::pin::Pin::new(&mut self.0).poll_frame(cx);
        if matches!(first, std::task::Poll::Ready(None)) {
            return std::pin::Pin::new(&mut self.1).poll_frame(cx);
        }
        first
    }
}
