//! Key-value stores and databases.

use tokportal_embed::Limits;

use crate::support::{app, assert_swaps, builder, get, guest, limited, ok, send};

#[tokio::test]
async fn key_value_store_sets_gets_lists_and_deletes() {
    let (app, _) = app(guest()).await;
    assert_eq!(ok(&app, "/kv/default/a").await, "nothing");
    assert_eq!(
        send(&app, "PUT", "/kv/default/a", "1").await,
        (200, "set".to_owned())
    );
    assert_eq!(
        send(&app, "PUT", "/kv/default/b", "2").await,
        (200, "set".to_owned())
    );
    assert_eq!(ok(&app, "/kv/default/a").await, "1");
    assert_eq!(ok(&app, "/kv/default").await, "a b");
    assert_eq!(
        send(&app, "DELETE", "/kv/default/a", "").await,
        (200, "deleted".to_owned())
    );
    assert_eq!(
        send(&app, "POST", "/kv/default/a", "").await,
        (200, "false".to_owned())
    );
    assert_eq!(
        send(&app, "POST", "/kv/default/b", "").await,
        (200, "true".to_owned())
    );
}

#[tokio::test]
async fn undeclared_store_is_refused_and_logged() {
    let (app, log) = app(guest()).await;
    assert_eq!(
        get(&app, "/kv/other/a").await,
        (500, "Error::AccessDenied".to_owned())
    );
    assert!(
        log.contains("guest: refused key-value store `other`"),
        "{:?}",
        log.lines()
    );
}

#[tokio::test]
async fn parallel_increments_lose_no_update() {
    // With one request per instance, many instances increment at the same time.
    let (app, _) = limited(Limits {
        requests_at_once: 1,
        ..Default::default()
    })
    .await;
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                ok(&app, "/wasi-kv/increment/n")
                    .await
                    .parse::<u32>()
                    .unwrap()
            })
        })
        .collect();
    let mut sums = Vec::new();
    for task in tasks {
        sums.push(task.await.unwrap());
    }
    sums.sort_unstable();
    assert_eq!(sums, (1..=64).collect::<Vec<u32>>());
}

#[tokio::test]
async fn failed_swap_returns_the_new_value() {
    let (app, _) = app(guest()).await;
    assert_swaps(&app).await;
}

#[tokio::test]
async fn batch_sets_gets_and_deletes() {
    let (app, _) = app(guest()).await;
    assert_eq!(
        ok(&app, "/wasi-kv/batch").await,
        "b1=1 b2=2 b3=nothing then 0"
    );
}

async fn sql(app: &tokportal_embed::App, statements: &str) -> String {
    send(app, "POST", "/sqlite/default", statements).await.1
}

#[tokio::test]
async fn sqlite_returns_every_type() {
    let (app, _) = app(guest()).await;
    let statements = "create table t (a, b, c, d, e)\ninsert into t values (1, 1.5, ?, x'00ff', null)\nselect * from t";
    assert_eq!(
        sql(&app, statements).await,
        "a,b,c,d,e [Value::Integer(1), Value::Real(1.5), Value::Text(\"parameter\"), Value::Blob([0, 255]), \
         Value::Null] changes=1 rowid=1"
    );
}

#[tokio::test]
async fn sqlite_errors_are_those_of_the_interface() {
    let (app, log) = app(guest()).await;
    assert_eq!(
        sql(&app, "select * from nope").await,
        "Error::Io(\"no such table: nope\")"
    );
    let (_, body) = send(&app, "POST", "/sqlite/other", "select 1").await;
    assert_eq!(body, "Error::AccessDenied");
    assert!(
        log.contains("guest: refused database `other`"),
        "{:?}",
        log.lines()
    );
}

#[tokio::test]
async fn sql_cannot_open_another_file() {
    let directory = tempfile::tempdir().unwrap();
    let (app, _) = app(guest()).await;
    let file = directory.path().join("stolen.db");
    for statement in [
        format!("attach '{}' as other", file.display()),
        format!("vacuum into '{}'", file.display()),
    ] {
        let answer = sql(&app, &statement).await;
        assert!(answer.contains("authoriz"), "{statement}: {answer}");
    }
    assert!(!file.exists());
    assert!(
        sql(&app, "attach ':memory:' as scratch")
            .await
            .contains("changes=0")
    );
}

#[tokio::test]
async fn parallel_updates_in_one_statement_are_atomic() {
    let (app, _) = app(guest()).await;
    sql(&app, "create table c (n)\ninsert into c values (0)").await;
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { sql(&app, "update c set n = n + 1 returning n").await })
        })
        .collect();
    let mut answers = std::collections::BTreeSet::new();
    for task in tasks {
        answers.insert(task.await.unwrap());
    }
    assert_eq!(answers.len(), 32, "{answers:?}");
    assert!(sql(&app, "select n from c").await.contains("Integer(32)"));
}

#[tokio::test]
async fn transaction_left_open_is_rolled_back() {
    let (app, _) = app(guest()).await;
    sql(&app, "create table t (a)").await;
    sql(&app, "begin\ninsert into t values (1)").await;
    assert!(
        sql(&app, "select count(*) from t")
            .await
            .contains("Integer(0)")
    );
    sql(&app, "begin\ninsert into t values (1)\ncommit").await;
    assert!(
        sql(&app, "select count(*) from t")
            .await
            .contains("Integer(1)")
    );
}

#[tokio::test]
async fn state_persists_in_the_files_of_spin() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state");
    for expected in ["1", "2"] {
        let (builder, _) = builder();
        let app = builder
            .state_dir(&state)
            .component(guest())
            .build()
            .await
            .unwrap();
        assert_eq!(ok(&app, "/wasi-kv/increment/n").await, expected);
        app.bind("127.0.0.1:0").await.unwrap().shutdown().await;
    }
    let file = rusqlite::Connection::open(state.join("sqlite_key_value.db")).unwrap();
    let read = "SELECT value FROM spin_key_value WHERE store = 'default' AND key = 'n'";
    let value: Vec<u8> = file.query_row(read, [], |row| row.get(0)).unwrap();
    assert_eq!(value, 2_i64.to_le_bytes());
    assert!(state.join("sqlite_db.db").is_file());
}

#[tokio::test]
async fn applications_in_memory_share_no_state() {
    let (one, _) = app(guest()).await;
    let (two, _) = app(guest()).await;
    assert_eq!(ok(&one, "/wasi-kv/increment/n").await, "1");
    assert_eq!(ok(&two, "/wasi-kv/increment/n").await, "1");
}
