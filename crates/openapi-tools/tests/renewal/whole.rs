//! The repository's document and a newer one with 63 more operations, from the documents to the Rust tables.

use openapi_tools::renew::{Change, Renewal, renew};
use openapi_tools::{Arena, Catalogue, Options, Output, emit};
use serde_json::Value;

use crate::newer::{NOT_OFFERED, REMOVED, as_published, newer, operation, operations, ours};

/// The options of this repository's build script.
pub(crate) fn options() -> Options {
    Options {
        prefix: "tokportal_".to_owned(),
        dry_run_header: Some(("dry_run".to_owned(), "X-TokPortal-Dry-Run".to_owned())),
        idempotency_header: Some(("idempotency_key".to_owned(), "Idempotency-Key".to_owned())),
        output: Output {
            open_enums: true,
            ..Output::default()
        },
        ..Options::default()
    }
}

fn renewed(ours: &Value, newer: &Value) -> Renewal {
    renew(ours, newer, &options()).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn the_same_document_changes_nothing() {
    let ours = ours();
    let Renewal { document, report } = renewed(&ours, &ours);
    assert_eq!(document.to_string(), ours.to_string());
    assert!(!report.is_changed && !report.needs_person(), "{report:?}");
}

#[test]
fn a_document_told_otherwise_changes_no_tool() {
    let ours = ours();
    let Renewal { document, report } = renewed(&ours, &as_published(&ours));
    let arena = Arena::default();
    let before = Catalogue::from_value(&ours, &options(), &arena).unwrap();
    let after = Catalogue::from_value(&document, &options(), &arena).unwrap();
    assert_eq!(before.tools, after.tools);
    assert!(!report.needs_person(), "{:#}", report.to_json());
    assert!(report.stated > 100, "{}", report.stated);
}

#[test]
fn a_newer_document_gives_tools_and_a_report() {
    let (ours, newer) = (ours(), newer());
    let before = operations(&mut ours.clone()).count();
    let Renewal { document, report } = renewed(&ours, &newer);
    assert_eq!(report.added.len(), 63, "{:?}", report.added);
    let removed: Vec<_> = report
        .removed
        .iter()
        .map(|(tool, _)| tool.as_str())
        .collect();
    assert_eq!(removed.len(), REMOVED.len(), "{removed:?}");
    let renamed = ("tokportal_get_bundle", "getBundle", "fetchBundle");
    let renamed = (
        renamed.0.to_owned(),
        renamed.1.to_owned(),
        renamed.2.to_owned(),
    );
    assert_eq!(report.renamed, [renamed]);
    assert_eq!(report.moved, []);
    let mut excluded: Vec<_> = report
        .excluded
        .iter()
        .map(|one| one.operation.as_str())
        .collect();
    excluded.sort_unstable();
    let mut expected = NOT_OFFERED;
    expected.sort_unstable();
    assert_eq!(excluded, expected, "{:?}", report.excluded);
    assert_eq!(report.unreviewed.len(), 63);
    assert_eq!(report.version.unwrap().1, "2026-11-01");

    let after = before + 63 - REMOVED.len();
    assert_eq!(
        (report.sizes.0.tools, report.sizes.1.tools),
        (before, after)
    );
    let arena = Arena::default();
    let catalogue = Catalogue::from_value(&document, &options(), &arena).unwrap();
    assert_eq!(catalogue.tools.len(), after);
    let source = emit::rust(&catalogue);
    assert!(source.contains(&format!(
        "pub static TOOLS: [::openapi_tools::table::Tool<'static>; {after}]"
    )));
    for tool in &catalogue.tools {
        assert!(tool.name.len() <= 48, "{}", tool.name);
    }
    // The subject of confirmations is still read, although its operation has another operationId.
    let publish = catalogue.tool("tokportal_publish_bundle").unwrap();
    let subject = publish.confirmation.unwrap().subject.unwrap();
    assert_eq!(subject.read, "tokportal_get_bundle");
    assert!(catalogue.toolsets().contains(&"inbox-management"));
    assert!(!catalogue.toolsets().contains(&"account-configuration"));
}

#[test]
fn changes_of_arguments_and_codes_are_reported() {
    let Renewal { report, .. } = renewed(&ours(), &newer());
    let changes = |tool: &str| -> Vec<Change> {
        let found = report.changed.iter().find(|(name, _)| name == tool);
        let changes = found
            .map(|(_, changes)| changes.clone())
            .unwrap_or_default();
        changes
            .into_iter()
            .filter(|change| *change != Change::Output)
            .collect()
    };
    assert_eq!(
        changes("tokportal_create_bundle"),
        [
            Change::Values {
                argument: "bundle_type".to_owned(),
                gone: vec!["\"account_and_videos\"".to_owned()],
                new: vec!["\"trial\"".to_owned()],
            },
            Change::Added {
                argument: "budget".to_owned(),
                required: true,
            },
        ]
    );
    assert_eq!(
        changes("tokportal_list_bundles"),
        [Change::Removed("status".to_owned())]
    );
    assert_eq!(
        changes("tokportal_publish_bundle"),
        [Change::ErrorCodes(vec!["BUNDLE_FROZEN".to_owned()])]
    );
    let webhook = changes("tokportal_update_webhook_endpoint");
    assert!(
        matches!(&webhook[..], [Change::Type { argument, after, .. }] if argument == "description" && after == "integer"),
        "{webhook:?}"
    );
    // The name of a path parameter means nothing to the API, so the argument keeps its name.
    assert_eq!(changes("tokportal_test_webhook_endpoint"), []);
    assert_eq!(
        report
            .changed
            .iter()
            .filter(|(_, all)| all.iter().any(Change::needs_person))
            .count(),
        4
    );
}

#[test]
fn taking_over_a_newer_document_twice_changes_it_once() {
    let newer = newer();
    let first = renewed(&ours(), &newer).document;
    let Renewal { document, report } = renewed(&first, &newer);
    assert_eq!(document.to_string(), first.to_string());
    assert!(!report.is_changed);
    assert_eq!(
        (report.added.len(), report.changed.len()),
        (0, 0),
        "{:?}",
        report.changed
    );
    // What no maintainer has reviewed stays on the list.
    assert_eq!(report.unreviewed.len(), 63);
    assert!(report.needs_person());
}

#[test]
fn our_extensions_and_texts_survive() {
    let ours = ours();
    let mut document = renewed(&ours, &newer()).document;
    for before in operations(&mut ours.clone()) {
        let id = before["operationId"].as_str().unwrap();
        if REMOVED.contains(&id) {
            continue;
        }
        let id = if id == "getBundle" { "fetchBundle" } else { id };
        let after = operation(&mut document, id);
        for (name, value) in before.as_object().unwrap() {
            let is_ours = name.starts_with("x-")
                || matches!(name.as_str(), "summary" | "description" | "tags");
            if is_ours && !matches!(name.as_str(), "x-inferred" | "x-error-codes") {
                assert_eq!(after[name], *value, "{id} {name}");
            }
        }
    }
    let count = |document: &Value, text: &str| document.to_string().matches(text).count();
    let secrets = |document| count(document, "\"x-secret\":true");
    let removed = count(
        &ours["components"]["schemas"]["BanReport"],
        "\"x-secret\":true",
    );
    assert!(secrets(&document) >= secrets(&ours) - removed);
    assert_eq!(document["components"]["schemas"].get("CommentPulse"), None);
}

/// The state of a small random generator (xorshift), which is the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}

/// Removes, doubles or replaces something in a value.
fn mutate(value: &mut Value, random: &mut Random) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let index = random.below(map.len());
            let name = map.keys().nth(index).unwrap().clone();
            match random.below(12) {
                0 => drop(map.shift_remove(&name)),
                1 => drop(map.insert(name, Value::Null)),
                2 => drop(map.insert(name, "text".into())),
                _ => mutate(&mut map[&name], random),
            }
        }
        Value::Array(list) if !list.is_empty() => {
            let index = random.below(list.len());
            match random.below(8) {
                0 => drop(list.remove(index)),
                _ => mutate(&mut list[index], random),
            }
        }
        other => *other = Value::from(random.below(3)),
    }
}

#[test]
fn mutated_newer_documents_settle_after_one_renewal() {
    let (ours, newer) = (ours(), newer());
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let rounds = std::env::var("OPENAPI_TOOLS_ROUNDS").ok();
    let rounds: usize = rounds.and_then(|text| text.parse().ok()).unwrap_or(3);
    let mut settled = 0;
    for round in 0..rounds {
        let mut newer = newer.clone();
        for _ in 0..20 {
            mutate(&mut newer["paths"], &mut random);
            mutate(&mut newer["components"], &mut random);
        }
        let Ok(first) = renew(&ours, &newer, &options()) else {
            continue;
        };
        let second = renewed(&first.document, &newer);
        assert_eq!(
            first.document.to_string(),
            second.document.to_string(),
            "round {round}"
        );
        settled += 1;
    }
    assert!(settled * 2 >= rounds, "{settled} of {rounds} could be used");
}
