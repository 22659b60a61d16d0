//! What holds for the catalogue of every document. The fuzzer has it, too (`fuzz/fuzz_targets/openapi.rs`).

use std::collections::HashSet;

use openapi_tools::{Arena, Catalogue, Options, emit};
use serde_json::Value;

use crate::support::assert_acceptable;

/// A document as text.
pub(crate) fn check_text(text: &str) {
    if let Ok(document) = serde_json::from_str(text) {
        check(&document);
    }
}

/// A document: its tools are those that clients and the connector take, and reading it again gives the same.
pub(crate) fn check(document: &Value) {
    let options = Options {
        prefix: "shop_".to_owned(),
        dry_run_header: Some(("dry_run".to_owned(), "X-Shop-Dry-Run".to_owned())),
        idempotency_header: Some(("idempotency_key".to_owned(), "Idempotency-Key".to_owned())),
        ..Options::default()
    };
    let (arena, other) = (Arena::default(), Arena::default());
    let (catalogue, problems) = Catalogue::read(document, &options, &arena);
    let mut names = HashSet::new();
    for tool in &catalogue.tools {
        assert_acceptable(tool);
        assert!(names.insert(tool.name), "two tools are {}", tool.name);
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        assert!(tool.name.bytes().all(is_plain), "{}", tool.name);
        for listed in [
            format!("{{{}}}", tool.listing.base),
            format!("{{{}{}}}", tool.listing.base, tool.listing.since_2025_06_18),
        ] {
            let entry: Value =
                serde_json::from_str(&listed).unwrap_or_else(|error| panic!("{error}: {listed}"));
            assert_eq!(entry["inputSchema"]["type"], "object", "{listed}");
        }
    }
    let place = |problem: &openapi_tools::Problem| problem.to_string();
    assert!(problems.iter().all(|problem| !place(problem).is_empty()));
    let (again, same) = Catalogue::read(document, &options, &other);
    assert_eq!(emit::rust(&catalogue), emit::rust(&again));
    assert_eq!(problems, same);
}

#[test]
fn documents_of_the_corpus_give_sound_catalogues() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/openapi");
    let mut count = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        let path = file.unwrap().path();
        eprintln!("{}", path.display());
        check_text(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
        count += 1;
    }
    assert!(count >= 5, "{count} documents");
}
