//! `docs/LOGGING.md`, `docs/OPERATIONS.md` and `deploy/alerts.md`: the queries run over lines of the log, every event has
//! its place, and the events that the pages name exist.

use crate::check::CheckName;
use crate::event::Event;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const LOGGING: &str = include_str!("../../docs/LOGGING.md");
const OPERATIONS: &str = include_str!("../../docs/OPERATIONS.md");
const ALERTS: &str = include_str!("../../deploy/alerts.md");
const EVENTS: &str = include_str!("../event.rs");

/// Runs a filter over the lines as one list, as `jq -s` does.
fn jq(filter: &str, lines: &[String]) -> Value {
    let input = format!("[{}]", lines.join(","));
    let input = read::parse_single(input.as_bytes()).expect("JSON");
    let defs = jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs());
    let funs = jaq_core::funs()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs());
    let arena = Arena::default();
    let program = File {
        code: filter,
        path: (),
    };
    let modules = Loader::new(defs).load(&arena, program);
    let modules = modules.unwrap_or_else(|error| panic!("{filter}: {error:?}"));
    let filter = Compiler::default().with_funs(funs).compile(modules);
    let filter = filter.expect("a filter whose functions exist");
    let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let results: Result<Vec<Val>, _> = filter.id.run((context, input)).map(unwrap_valr).collect();
    let results = results.expect("the filter fits the lines");
    let [result] = &results[..] else {
        panic!("{} results", results.len());
    };
    serde_json::from_str(&result.to_string()).expect("JSON")
}

/// The filters of the page, in order.
fn filters() -> Vec<&'static str> {
    let blocks = LOGGING.split("```sh\njq -s '").skip(1);
    let filters: Vec<_> = blocks
        .filter_map(|block| Some(block.split_once("' log.jsonl")?.0))
        .collect();
    assert_eq!(filters.len(), 7, "{filters:#?}");
    filters
}

fn request(route: &'static str, status: u16, duration_ms: u64, upstream_ms: u64) -> Event {
    let is_call = route == "/api/ext/mcp";
    Event::Request {
        route,
        http_method: "POST".to_owned(),
        rpc_methods: Vec::new(),
        tools: is_call
            .then_some("tokportal_list_accounts")
            .into_iter()
            .collect(),
        normalized_arguments: 0,
        status,
        duration_ms,
        upstream_ms,
        upstream_request_id: None,
        trace_id: None,
    }
}

/// Four calls within two minutes, two sign-in requests, and what went wrong.
fn lines() -> Vec<String> {
    let store = "the key-value store failed: down".to_owned();
    let page = |status, title, cause: &str| Event::ErrorPage {
        status,
        title,
        cause: cause.to_owned(),
    };
    let events = [
        (0, request("/api/ext/mcp", 200, 10, 5)),
        (1, request("/api/ext/mcp", 200, 20, 15)),
        (2, request("/api/ext/mcp", 503, 30, 0)),
        (61, request("/api/ext/mcp", 200, 140, 80)),
        (62, request("/authorize", 302, 4, 0)),
        (63, request("/authorize", 400, 4, 0)),
        (63, page(400, "We do not know this app", "unknown client")),
        (63, page(400, "We do not know this app", "unknown client")),
        (64, page(500, "Something went wrong on our side", &store)),
        (
            64,
            Event::SignInFailed {
                cause: "no answer in time".to_owned(),
                fix: None,
            },
        ),
        (
            65,
            Event::Unavailable {
                cause: store.clone(),
            },
        ),
        (66, Event::StoreForgets),
        (
            67,
            Event::CheckFailed {
                check: CheckName::Store,
                cause: store,
            },
        ),
        (
            68,
            Event::CheckFailed {
                check: CheckName::Api,
                cause: "no answer in time".to_owned(),
            },
        ),
    ];
    // 2026-09-21T14:13:20Z
    let start = Duration::from_secs(1_790_000_000);
    let line = |(at, event): &(u64, Event)| event.line(start + Duration::from_secs(*at), "req_1");
    events.iter().map(line).collect()
}

#[test]
fn every_query_of_the_page_gives_its_numbers() {
    let mcp = "/api/ext/mcp";
    let expected = [
        json!([
            {"minute": "2026-09-21T14:13", "route": mcp, "requests": 3},
            {"minute": "2026-09-21T14:14", "route": mcp, "requests": 1},
            {"minute": "2026-09-21T14:14", "route": "/authorize", "requests": 2},
        ]),
        json!([
            {"route": mcp, "requests": 4, "errors": 1, "rate": 0.25},
            {"route": "/authorize", "requests": 2, "errors": 0, "rate": 0.0},
        ]),
        json!([
            {"route": mcp, "p50": 30, "p95": 140, "p99": 140},
            {"route": "/authorize", "p50": 4, "p95": 4, "p99": 4},
        ]),
        json!([
            {"route": mcp, "upstream_share": 0.5},
            {"route": "/authorize", "upstream_share": 0.0},
        ]),
        json!([
            {"event": "error_page", "reason": "Something went wrong on our side", "count": 1},
            {"event": "error_page", "reason": "We do not know this app", "count": 2},
            {"event": "sign_in_failed", "reason": "no answer in time", "count": 1},
        ]),
        json!([{"hour": "2026-09-21T14", "failures": 4}]),
        json!([{"tool": "tokportal_list_accounts", "calls": 4, "slowest": 140}]),
    ];
    for (filter, expected) in filters().into_iter().zip(expected) {
        assert_eq!(jq(filter, &lines()), expected, "{filter}");
    }
}

/// The variants of [`Event`] under their names in the log.
fn names_of_events() -> BTreeSet<String> {
    let (_, rest) = EVENTS.split_once("enum Event {\n").expect("the enum");
    let (variants, _) = rest.split_once("\n}\n").expect("its end");
    let variants = variants.lines().filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        let end = line.find(|c: char| !c.is_ascii_alphanumeric())?;
        line.starts_with(|c: char| c.is_ascii_uppercase())
            .then_some(&line[..end])
    });
    let snake_case = |variant: &str| {
        let words = variant.chars().enumerate().map(|(i, c)| {
            let separator = if i > 0 && c.is_ascii_uppercase() {
                "_"
            } else {
                ""
            };
            format!("{separator}{}", c.to_ascii_lowercase())
        });
        words.collect()
    };
    variants.map(snake_case).collect()
}

/// The cells of the tables below a heading, row by row.
fn rows(page: &'static str, heading: &str) -> Vec<Vec<&'static str>> {
    let (_, section) = page.split_once(heading).expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let lines = section.lines().filter(|line| line.starts_with("| "));
    // The first line has the names of the columns.
    lines
        .skip(1)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

#[test]
fn every_event_has_one_row_that_says_what_to_do() {
    let rows = rows(LOGGING, "\n## Events\n");
    let mut documented: Vec<String> = Vec::new();
    for row in rows {
        let [name, _fields, what_to_do] = row[..] else {
            panic!("{row:?}");
        };
        assert!(!what_to_do.is_empty(), "{name}");
        documented.push(name.trim_matches('`').to_owned());
    }
    documented.sort();
    let known: Vec<String> = names_of_events().into_iter().collect();
    assert_eq!(documented, known);
}

#[test]
fn every_failure_is_a_way_to_fail_on_the_page_for_operators() {
    let named = |cell: &str| -> Vec<String> {
        let names = cell.split('`').skip(1).step_by(2);
        names.map(str::to_owned).collect()
    };
    let mut failures: BTreeSet<String> = BTreeSet::new();
    for row in rows(OPERATIONS, "\n## What can fail\n") {
        let events = named(row.last().expect("a cell"));
        assert!(!events.is_empty(), "{row:?}");
        failures.extend(events);
    }
    let mut known = names_of_events();
    // These two say that all is well.
    assert!(known.remove("request") && known.remove("started"));
    assert_eq!(failures, known);
}

#[test]
fn queries_name_events_that_exist() {
    let known = names_of_events();
    let mut count = 0;
    for page in [LOGGING, ALERTS] {
        let page = page.replace("\\|", "|");
        for start in ["event=\"", "event=~\"", "event == \""] {
            for rest in page.split(start).skip(1) {
                let (names, _) = rest.split_once('"').expect("a closing quote");
                for name in names.split('|') {
                    assert!(known.contains(name), "{name}");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 30, "the test found only {count}");
}
