//! Path traversal by tool arguments (attack family 12), tried on every operation of the catalogue.

use crate::catalog;
use crate::upstream::api::request::prepare;
use openapi_tools::table::{Location, PathPart, Tool};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;

const BASE: &str = "https://api.example:8443/api/ext";

/// Values of known path traversal attacks, and arbitrary text.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "..",
            ".",
            "",
            "../..",
            "%2e%2e",
            "%2E%2E%2F",
            "..%2f..",
            "a/b",
            "a\\b",
            "..\\..",
            "?x=1",
            "#f",
            "a?b#c",
            "//evil.example",
            "https://evil.example/",
            "@evil.example",
            ":80",
            ";a=b",
            "\u{0}",
            "a\r\nHost: evil",
            "\u{2025}",
            "\u{ff0e}\u{ff0e}",
            "%00",
            "%",
            "%zz",
            " ",
            "\t",
            "..;/",
            ".%2e",
            "é",
            "a%2fb",
            "*",
        ])
        .prop_map(str::to_owned),
        ".*",
        "[./%\\\\?#]{1,12}",
    ]
}

/// The number of path segments of a tool below the base URL.
fn template_segments(tool: &Tool<'_>) -> usize {
    let text: String = tool
        .operation
        .path
        .iter()
        .map(|part| match part {
            PathPart::Literal(text) => *text,
            PathPart::Argument(_) => "x",
        })
        .collect();
    text.matches('/').count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn hostile_values_stay_in_their_segment_or_are_refused(value in hostile(), query in hostile()) {
        for tool in &catalog::TOOLS {
            let mut arguments = Map::new();
            for argument in tool.operation.arguments {
                match argument.location {
                    Location::Path => arguments.insert(argument.name.to_owned(), json!(value)),
                    Location::Query => arguments.insert(argument.name.to_owned(), json!(query)),
                    _ => None,
                };
            }
            let Ok(prepared) = prepare(&tool.operation, BASE, &arguments, || "boundary".to_owned()) else {
                continue;
            };
            let url = Url::parse(&prepared.uri.to_string()).expect("a URL");
            let base = Url::parse(BASE).expect("a URL");
            prop_assert_eq!(url.origin(), base.origin());
            prop_assert_eq!((url.username(), url.password(), url.fragment()), ("", None, None));
            let segments = url.path_segments().map_or(0, Iterator::count);
            prop_assert_eq!(segments, 2 + template_segments(tool), "{} {}", tool.name, url);
            prop_assert!(url.path().starts_with("/api/ext/"));
        }
    }
}

#[test]
fn every_operation_accepts_a_uuid_in_its_path() {
    for tool in &catalog::TOOLS {
        let mut arguments = Map::new();
        for argument in tool.operation.arguments {
            if argument.location == Location::Path {
                arguments.insert(
                    argument.name.to_owned(),
                    json!("6f1b3c1e-0000-4000-8000-000000000001"),
                );
            }
        }
        let prepared = prepare(&tool.operation, BASE, &arguments, || "boundary".to_owned());
        let prepared = prepared.unwrap_or_else(|error| panic!("{}: {error:?}", tool.name));
        assert!(prepared.uri.to_string().starts_with(BASE), "{}", tool.name);
    }
}

#[test]
fn every_header_argument_may_be_sent() {
    for tool in &catalog::TOOLS {
        let mut arguments = Map::new();
        for argument in tool.operation.arguments {
            match argument.location {
                Location::Path => arguments.insert(argument.name.to_owned(), json!("7")),
                Location::Header => arguments.insert(argument.name.to_owned(), Value::Bool(true)),
                _ => None,
            };
        }
        assert!(
            prepare(&tool.operation, BASE, &arguments, || "boundary".to_owned()).is_ok(),
            "{}",
            tool.name
        );
    }
}
