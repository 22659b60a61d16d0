//! Key-value stores and databases.

use spin_sdk::http::Method;
use spin_sdk::key_value::Store;
use spin_sdk::sqlite::{Connection, Value};

use crate::call::{Answer, Call};

mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit",
        inline: "
            package test:guest;
            world guest {
                import wasi:keyvalue/store@0.2.0-draft2;
                import wasi:keyvalue/batch@0.2.0-draft2;
                import wasi:keyvalue/atomics@0.2.0-draft2;
            }
        ",
        world: "test:guest/guest",
        runtime_path: "spin_sdk::wit_bindgen::rt",
        generate_all,
    });
}

use bindings::wasi::keyvalue::{atomics, batch, store};

fn text(value: Option<Vec<u8>>) -> String {
    value.map_or_else(
        || "nothing".to_owned(),
        |value| String::from_utf8_lossy(&value).into_owned(),
    )
}

/// `/kv/<store>` lists keys; `/kv/<store>/<key>` is read (GET), set (PUT), deleted (DELETE) or tested for existence (POST).
pub(crate) async fn key_value(call: Call) -> Answer {
    let failed = |error| format!("{error:?}");
    let store = Store::open(call.segment(1)).await.map_err(failed)?;
    let key = call.segment(2).to_owned();
    if key.is_empty() {
        let mut keys = store.get_keys().await.collect().await.map_err(failed)?;
        keys.sort();
        return Ok(keys.join(" "));
    }
    match call.request.method().clone() {
        Method::PUT => {
            let value = call.body().await?;
            store.set(key, value).await.map_err(failed)?;
            Ok("set".to_owned())
        }
        Method::DELETE => {
            store.delete(key).await.map_err(failed)?;
            Ok("deleted".to_owned())
        }
        Method::POST => Ok(store.exists(key).await.map_err(failed)?.to_string()),
        _ => Ok(text(store.get(key).await.map_err(failed)?)),
    }
}

/// `/wasi-kv/<operation>/<key>`, on the default store.
pub(crate) fn wasi_key_value(call: Call) -> Answer {
    let failed = |error| format!("{error:?}");
    let bucket = store::open("default").map_err(failed)?;
    let key = call.segment(2);
    match call.segment(1) {
        "increment" => Ok(atomics::increment(&bucket, key, 1)
            .map_err(failed)?
            .to_string()),
        "swap" => swap(&bucket, key, &call.query),
        "batch" => {
            let pairs = [
                ("b1".to_owned(), b"1".to_vec()),
                ("b2".to_owned(), b"2".to_vec()),
            ];
            let keys: Vec<String> = ["b1", "b2", "b3"].map(ToOwned::to_owned).into();
            batch::set_many(&bucket, &pairs).map_err(failed)?;
            let before = batch::get_many(&bucket, &keys).map_err(failed)?;
            batch::delete_many(&bucket, &keys).map_err(failed)?;
            let after = store::Bucket::list_keys(&bucket, None)
                .map_err(failed)?
                .keys
                .len();
            let before: Vec<String> = before
                .into_iter()
                .map(|(key, value)| format!("{key}={}", text(value)))
                .collect();
            Ok(format!("{} then {after}", before.join(" ")))
        }
        other => Err(format!("no operation {other}")),
    }
}

/// Swaps in `new`. With `?race`, the value changes between the read and the swap, and the swap is tried once more.
fn swap(bucket: &store::Bucket, key: &str, query: &str) -> Answer {
    let failed = |error| format!("{error:?}");
    let cas = atomics::Cas::new(bucket, key).map_err(failed)?;
    let before = text(cas.current().map_err(failed)?);
    if query == "race" {
        bucket.set(key, b"other").map_err(failed)?;
    }
    match atomics::swap(cas, b"new") {
        Ok(()) => Ok(format!("{before}, swapped")),
        Err(atomics::CasError::StoreError(error)) => Err(format!("{error:?}")),
        Err(atomics::CasError::CasFailed(cas)) => {
            let seen = text(cas.current().map_err(failed)?);
            let again = if atomics::swap(cas, b"new").is_ok() {
                "swapped"
            } else {
                "failed"
            };
            Ok(format!("{before}, stale, {seen}, {again}"))
        }
    }
}

/// `/sqlite/<database>` runs the statements in the body, one per line, and returns the rows of the last one.
pub(crate) async fn sqlite(call: Call) -> Answer {
    let failed = |error| format!("{error:?}");
    let connection = Connection::open(call.segment(1)).await.map_err(failed)?;
    let body = call.body().await?;
    let mut answer = String::new();
    for statement in String::from_utf8_lossy(&body).lines() {
        let parameters = statement
            .contains('?')
            .then(|| Value::Text("parameter".to_owned()));
        let result = connection
            .execute(statement, parameters)
            .await
            .map_err(failed)?;
        let columns = result.columns().join(",");
        let rows = result.collect().await.map_err(failed)?;
        let rows: Vec<String> = rows.iter().map(|row| format!("{:?}", row.values)).collect();
        let (changes, rowid) = (
            connection.changes().await,
            connection.last_insert_rowid().await,
        );
        answer = format!(
            "{columns} {} changes={changes} rowid={rowid}",
            rows.join(" ")
        );
    }
    Ok(answer)
}
