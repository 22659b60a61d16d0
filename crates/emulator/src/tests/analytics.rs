//! Analytics.

mod collected;
mod refreshes;
mod reports;
mod views;

use serde_json::Value;

use super::document::assert_documented;
use super::world::{Reply, World};

/// An answer that is compared with the document.
fn read(world: &World, template: &str, path: &str) -> Reply {
    let reply = world.call("GET", path, None);
    assert_documented(template, "GET", &reply);
    reply
}

/// `GET /analytics`.
fn dashboard(world: &World, query: &str) -> Value {
    let reply = read(world, "/analytics", &format!("/analytics{query}"));
    assert_eq!(
        reply.header("x-tokportal-analytics-contract"),
        Some("analytics-v2")
    );
    reply.json()
}

/// The dates and values of a series.
fn points(world: &World, query: &str) -> Vec<(String, Option<i64>)> {
    let reply = read(
        world,
        "/analytics/series",
        &format!("/analytics/series{query}"),
    );
    reply.data()["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| {
            let date = point["date"].as_str().unwrap().to_owned();
            (date, point["value"].as_i64())
        })
        .collect()
}

/// The rows of the CSV of posts.
fn rows(world: &World, query: &str) -> Vec<csv::StringRecord> {
    let reply = world.call("GET", &format!("/analytics/export/videos{query}"), None);
    assert_eq!(
        (reply.status(), reply.header("content-type")),
        (200, Some("text/csv"))
    );
    let mut reader = csv::Reader::from_reader(&reply.0.body()[..]);
    assert_eq!(reader.headers().unwrap().get(9), Some("views"));
    reader.records().map(|row| row.unwrap()).collect()
}
