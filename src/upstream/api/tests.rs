//! Attack family 12, path traversal from tool arguments, over every operation of the catalogue.

use crate::catalog;
use crate::upstream::api::request::prepare;
use openapi_tools::table::{Location, PathPart, Tool};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;

const BASE: &str = "https://api.example:8443/api/ext";

/// Texts that have climbed out of somebody's path before, and any text at all.
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

/// The number of segments that the template has below the base.
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
    fn hostile_path_values_keep_the_address_or_are_refused(value in hostile(), query in hostile()) {
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
            let url = Url::parse(&prepared.uri.to_string()).expect("an address");
            let base = Url::parse(BASE).expect("an address");
            prop_assert_eq!(url.origin(), base.origin());
            prop_assert_eq!((url.username(), url.password(), url.fragment()), ("", None, None));
            let segments = url.path_segments().map_or(0, Iterator::count);
            prop_assert_eq!(segments, 2 + template_segments(tool), "{} {}", tool.name, url);
            prop_assert!(url.path().starts_with("/api/ext/"));
        }
    }
}

#[test]
fn ordinary_values_pass_for_every_operation() {
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
        let prepared = prepared.unwrap_or_else(|bad| panic!("{}: {bad:?}", tool.name));
        assert!(prepared.uri.to_string().starts_with(BASE), "{}", tool.name);
    }
}

#[test]
fn every_header_argument_is_on_the_allow_list() {
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
