use super::*;
use crate::access::policy::{self, Subject, Verdict};
use crate::catalog::{self, TOOLS};
use openapi_tools::table::Tool;

fn canonical(query: &str) -> String {
    ResourceUrl::parse(query)
        .expect(query)
        .narrowing
        .to_string()
}

fn problem(query: &str) -> String {
    ResourceUrl::parse(query).expect_err(query).0
}

/// Whether a caller with full access sees a tool at a resource.
fn shows(narrowing: Narrowing, tool: &Tool<'_>) -> bool {
    policy::judge(narrowing, None, Subject::Direct(tool)) == Verdict::Allowed
}

#[test]
fn equal_resources_have_one_canonical_query() {
    for (query, expected) in [
        ("", ""),
        ("readonly=0", ""),
        ("readonly=false", ""),
        ("readonly=true", "readonly=1"),
        ("toolsets=bundles,analytics", "toolsets=analytics,bundles"),
        ("toolsets=bundles,bundles", "toolsets=bundles"),
        ("toolsets=bundles%2Canalytics", "toolsets=analytics,bundles"),
        ("readonly=1&toolsets=credits", "toolsets=credits&readonly=1"),
        ("t%6Folsets=%63redits", "toolsets=credits"),
        ("mode=compact", "mode=compact"),
        (
            "mode=compact&readonly=1&toolsets=bundles",
            "toolsets=bundles&readonly=1&mode=compact",
        ),
    ] {
        assert_eq!(canonical(query), expected, "{query}");
        assert_eq!(canonical(expected), expected, "{query}");
    }
    let all = format!("toolsets={}", TOOLSETS.join(","));
    assert_eq!(canonical(&all), all);
}

#[test]
fn the_query_keeps_known_parameters_as_written() {
    for (query, kept) in [
        ("utm_source=x&readonly=true&session=1", "readonly=true"),
        (
            "toolsets=bundles,analytics&&x",
            "toolsets=bundles,analytics",
        ),
        ("readonly=0", "readonly=0"),
        ("a=\"b\"&toolsets=%62undles", "toolsets=%62undles"),
        ("read=9&toolset=x&mcp=%ff", ""),
    ] {
        let resource = ResourceUrl::parse(query).expect(query);
        assert_eq!(resource.query, kept, "{query}");
    }
}

#[test]
fn an_invalid_query_is_refused_with_the_remedy() {
    let names = "it takes names with commas between them, of account-setup, accounts, analytics, bundles, comments, \
                 credits, profile, reference, uploads, videos, warming, webhooks.";
    for (query, expected) in [
        (
            "toolsets=bundels",
            format!("There is no toolset \"bundels\": {names}"),
        ),
        (
            "toolsets=Bundles",
            format!("There is no toolset \"Bundles\": {names}"),
        ),
        (
            "toolsets=",
            format!("`toolsets` has an empty name: {names}"),
        ),
        ("toolsets", format!("`toolsets` has an empty name: {names}")),
        (
            "toolsets=bundles,",
            format!("`toolsets` has an empty name: {names}"),
        ),
        (
            "readonly=yes",
            "`readonly` must be 1 or true, or 0 or false.".to_owned(),
        ),
        (
            "readonly=",
            "`readonly` must be 1 or true, or 0 or false.".to_owned(),
        ),
        (
            "readOnly=1",
            "`readOnly` is not a parameter of this address: write `readonly`.".to_owned(),
        ),
        (
            "read_only=1",
            "`read_only` is not a parameter of this address: write `readonly`.".to_owned(),
        ),
        (
            "toolsets[]=bundles",
            "`toolsets[]` is not a parameter of this address: write `toolsets`.".to_owned(),
        ),
        (
            "mode=compact&amp;readonly=1",
            "`amp;readonly` is not a parameter of this address: write `readonly`.".to_owned(),
        ),
        (
            "readonly=1&readonly=0",
            "`readonly` occurs more than once.".to_owned(),
        ),
        (
            "toolsets=bundles&toolsets=credits",
            "`toolsets` occurs more than once.".to_owned(),
        ),
    ] {
        assert_eq!(problem(query), expected, "{query}");
    }
    let long = format!("toolsets=bundles{}", ",bundles".repeat(200));
    assert_eq!(
        problem(&long),
        "A parameter of this address is longer than 1024 bytes."
    );
    assert!(problem(&format!("toolsets={}", "x".repeat(900))).len() < 300);
}

#[test]
fn every_toolset_can_be_named_and_has_tools() {
    for name in TOOLSETS {
        let narrowing = ResourceUrl::parse(&format!("toolsets={name}"))
            .expect(name)
            .narrowing;
        let shown: Vec<_> = TOOLS.iter().filter(|tool| shows(narrowing, tool)).collect();
        assert!(
            !shown.is_empty() && shown.iter().all(|tool| tool.toolset == name),
            "{name}"
        );
        let all = TOOLS.iter().filter(|tool| tool.toolset == name).count();
        assert_eq!(shown.len(), all);
    }
}

#[test]
fn a_read_only_resource_hides_tools_that_write() {
    let narrowing = ResourceUrl::parse("toolsets=bundles&readonly=1")
        .expect("usable")
        .narrowing;
    let shows = |name| shows(narrowing, catalog::find(name).expect(name));
    assert!(shows("tokportal_list_bundles"));
    assert!(!shows("tokportal_create_bundle") && !shows("tokportal_get_credit_balance"));
}

#[test]
fn a_narrowing_is_serialised_as_its_canonical_query() {
    let narrowing = ResourceUrl::parse("readonly=true&toolsets=videos,bundles")
        .expect("usable")
        .narrowing;
    let text = serde_json::to_string(&narrowing).expect("text");
    assert_eq!(text, "\"toolsets=bundles,videos&readonly=1\"");
    assert_eq!(
        serde_json::from_str::<Narrowing>(&text).expect("read"),
        narrowing
    );
    assert!(serde_json::from_str::<Narrowing>("\"toolsets=gone\"").is_err());
}
