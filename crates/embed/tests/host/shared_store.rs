//! The runtime configuration: key-value stores in Redis and in a file.

use tokportal_embed::{App, ComponentConfig, Limits, MemoryLog};

use crate::redis::Redis;
use crate::support::{assert_swaps, builder, get, guest, ok, send, wasm};

/// The guest with its store in this Redis. Each instance handles one request, so that requests run at the same time.
async fn app_on(redis: &Redis) -> (App, MemoryLog) {
    component_on(redis, guest()).await
}

async fn component_on(redis: &Redis, component: ComponentConfig) -> (App, MemoryLog) {
    let (builder, log) = builder();
    let app = builder
        .runtime_config(redis.runtime_config())
        .unwrap()
        .limits(Limits {
            requests_at_once: 1,
            ..Default::default()
        })
        .component(component)
        .build()
        .await
        .unwrap();
    (app, log)
}

async fn put(app: &App, key: &str, value: &str) {
    let answer = send(app, "PUT", &format!("/kv/default/{key}"), value).await;
    assert_eq!(answer, (200, "set".to_owned()));
}

#[tokio::test]
async fn redis_holds_values_and_counters_as_spin_has_them() {
    let redis = Redis::start();
    let (app, _) = app_on(&redis).await;
    assert_eq!(ok(&app, "/kv/default/a").await, "nothing");
    put(&app, "a", "one").await;
    assert_eq!(redis.command("GET a"), "$3\r\none\r\n");
    assert_eq!(ok(&app, "/wasi-kv/increment/n").await, "1");
    assert_eq!(ok(&app, "/wasi-kv/increment/n").await, "2");
    assert_eq!(redis.command("GET n"), "$1\r\n2\r\n");
    assert_eq!(redis.command("DBSIZE"), ":2\r\n");
    redis.command("INCRBY n 40");
    assert_eq!(ok(&app, "/wasi-kv/increment/n").await, "43");
    assert_eq!(ok(&app, "/kv/default").await, "a n");
    let exists = send(&app, "POST", "/kv/default/a", "").await;
    assert_eq!(exists, (200, "true".to_owned()));
    let deleted = send(&app, "DELETE", "/kv/default/a", "").await;
    assert_eq!(deleted, (200, "deleted".to_owned()));
    assert_eq!(redis.command("EXISTS a"), ":0\r\n");
}

#[tokio::test]
async fn redis_swaps_in_one_step_and_works_in_batches() {
    let redis = Redis::start();
    let (app, _) = app_on(&redis).await;
    assert_swaps(&app).await;
    redis.command("FLUSHALL");
    assert_eq!(
        ok(&app, "/wasi-kv/batch").await,
        "b1=1 b2=2 b3=nothing then 0"
    );
}

#[tokio::test]
async fn p2_component_uses_redis() {
    let redis = Redis::start();
    let component = ComponentConfig::from_file("p2", wasm("embed_guest_p2"))
        .route("/...")
        .key_value_store("default");
    let (app, _) = component_on(&redis, component).await;
    let answer = send(&app, "POST", "/kv/default/k", "v").await;
    assert_eq!(answer, (200, "k=v".to_owned()));
    assert_eq!(redis.command("GET k"), "$1\r\nv\r\n");
}

#[tokio::test]
async fn increments_of_two_hosts_lose_no_update() {
    let redis = Redis::start();
    let hosts = [app_on(&redis).await.0, app_on(&redis).await.0];
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let app = hosts[number % 2].clone();
            tokio::spawn(async move { ok(&app, "/wasi-kv/increment/n").await })
        })
        .collect();
    let mut sums = std::collections::BTreeSet::new();
    for task in tasks {
        sums.insert(task.await.unwrap().parse::<usize>().unwrap());
    }
    assert_eq!(sums, (1..=64).collect());
}

#[tokio::test]
async fn redis_that_was_down_serves_again_at_once() {
    let mut redis = Redis::start();
    let (app, log) = app_on(&redis).await;
    put(&app, "a", "kept").await;
    assert_eq!(ok(&app, "/wasi-kv/increment/n").await, "1");
    redis.kill();
    let place = redis.url().replace("redis://", "Redis at ");
    for path in ["/kv/default/a", "/wasi-kv/increment/n", "/kv/default/a"] {
        let (status, text) = get(&app, path).await;
        assert_eq!(status, 500);
        assert!(
            text.starts_with(&format!("Error::Other(\"{place}: ")),
            "{text}"
        );
    }
    redis.restart();
    assert_eq!(ok(&app, "/wasi-kv/increment/n").await, "2");
    assert_eq!(ok(&app, "/kv/default/a").await, "kept");
    // One line for the outage and one for its end.
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[1], format!(": {place} answers again"));
}

#[tokio::test]
async fn first_request_after_a_restart_of_redis_succeeds() {
    for path in ["/kv/default/n", "/wasi-kv/increment/m", "/kv/default"] {
        let mut redis = Redis::start();
        let (app, _) = app_on(&redis).await;
        assert_eq!(ok(&app, "/wasi-kv/increment/n").await, "1");
        redis.kill();
        redis.restart();
        ok(&app, path).await;
    }
}

#[tokio::test]
async fn redis_that_hangs_is_an_error_and_then_serves_again() {
    let redis = Redis::start();
    let (app, _) = app_on(&redis).await;
    put(&app, "a", "1").await;
    redis.signal("STOP");
    let (status, text) = get(&app, "/kv/default/a").await;
    assert_eq!(status, 500);
    assert!(text.contains("does not answer in time"), "{text}");
    redis.signal("CONT");
    assert_eq!(ok(&app, "/kv/default/a").await, "1");
}

#[tokio::test]
async fn application_starts_while_redis_is_down() {
    let mut redis = Redis::start();
    redis.kill();
    let (app, _) = app_on(&redis).await;
    assert_eq!(get(&app, "/kv/default/a").await.0, 500);
    redis.restart();
    assert_eq!(ok(&app, "/kv/default/a").await, "nothing");
}

#[tokio::test]
async fn tls_to_a_redis_without_tls_is_an_error() {
    let redis = Redis::start();
    let file = redis.runtime_config();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("redis://", "rediss://")).unwrap();
    let (builder, _) = builder();
    let builder = builder.runtime_config(&file).unwrap().component(guest());
    let app = builder.build().await.unwrap();
    let (status, text) = get(&app, "/kv/default/a").await;
    assert_eq!(status, 500);
    assert!(text.contains("Redis at 127.0.0.1:"), "{text}");
}

#[tokio::test]
async fn store_is_kept_in_the_file_of_the_runtime_config() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("runtime.toml");
    let text = "[key_value_store.default]\ntype = 'spin'\npath = 'kv/store.db'\n\
                [key_value_store.defualt]\ntype = 'spin'\n";
    std::fs::write(&file, text).unwrap();
    let (builder, log) = builder();
    let builder = builder.runtime_config(&file).unwrap().component(guest());
    let app = builder.build().await.unwrap();
    put(&app, "a", "1").await;
    let kept = rusqlite::Connection::open(directory.path().join("kv/store.db")).unwrap();
    let read = "SELECT value FROM spin_key_value WHERE store = 'default' AND key = 'a'";
    let value: Vec<u8> = kept.query_row(read, [], |row| row.get(0)).unwrap();
    assert_eq!(value, b"1");
    assert!(
        log.contains("key_value_store.defualt, but no component uses"),
        "{:?}",
        log.lines()
    );
}

#[tokio::test]
async fn malformed_url_is_an_error_without_the_password() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("runtime.toml");
    let text = "[key_value_store.default]\ntype = 'redis'\nurl = 'http://:hunter2@a'\n";
    std::fs::write(&file, text).unwrap();
    let (builder, _) = builder();
    let builder = builder.runtime_config(&file).unwrap().component(guest());
    let error = builder.build().await.err().unwrap().to_string();
    assert!(
        error.ends_with(
            "runtime.toml: key_value_store.default.url: is not a Redis URL: write \
             redis://[user:password@]host[:port][/database], or rediss:// for TLS"
        ),
        "{error}"
    );
}
