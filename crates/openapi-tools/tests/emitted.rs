//! The emitted source compiles, equals the committed source, and holds the catalogue from which it was emitted.
//!
//! `UPDATE=1 cargo test -p openapi-tools` rewrites the committed files.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::path::PathBuf;

use openapi_tools::table::{Idempotency, Kind, Location, PathPart, Scope, Tool};
use openapi_tools::{Arena, Catalogue, Options, emit};

#[expect(
    unreachable_pub,
    reason = "the emitted items are public for crates that export them"
)]
mod emitted {
    include!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/shop.emitted.rs"
    ));
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn catalogue(arena: &Arena) -> Catalogue<'_> {
    let options = Options {
        prefix: "shop_".to_owned(),
        dry_run_header: Some(("dry_run".to_owned(), "X-Shop-Dry-Run".to_owned())),
        idempotency_header: Some(("idempotency_key".to_owned(), "Idempotency-Key".to_owned())),
        ..Options::default()
    };
    let document = std::fs::read_to_string(fixture("shop.json")).unwrap();
    Catalogue::from_json(&document, &options, arena).unwrap()
}

fn assert_golden(name: &str, text: &str) {
    let path = fixture(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        text,
        "{name} differs; UPDATE=1 rewrites it"
    );
}

#[test]
fn emitted_source_equals_the_committed_file() {
    assert_golden(
        "shop.emitted.rs",
        &emit::rust(&catalogue(&Arena::default())),
    );
}

#[test]
fn listings_equal_the_committed_file() {
    let mut text = String::new();
    for tool in catalogue(&Arena::default()).tools {
        let entry = format!("{{{}{}}}", tool.listing.base, tool.listing.since_2025_06_18);
        let entry: serde_json::Value = serde_json::from_str(&entry).unwrap();
        text.push_str(&serde_json::to_string_pretty(&entry).unwrap());
        text.push('\n');
    }
    assert_golden("shop.listing.txt", &text);
}

#[test]
fn emitted_tables_equal_the_catalogue() {
    let arena = Arena::default();
    let catalogue = catalogue(&arena);
    assert_eq!(emitted::TOOLSETS, ["default", "orders"]);
    assert_eq!(catalogue.toolsets(), emitted::TOOLSETS);
    let without_text = catalogue.tools.iter().map(|tool| Tool {
        input_schema: None,
        ..*tool
    });
    assert_eq!(emitted::TOOLS.as_slice(), without_text.collect::<Vec<_>>());
    for row in &emitted::TOOLS {
        let index = usize::from(row.toolset_index);
        assert_eq!(emitted::TOOLSETS[index], row.toolset);
        assert_eq!(
            emitted::TOOLS[usize::from(emitted::BY_NAME[row.name])].name,
            row.name
        );
    }
}

#[test]
fn emitted_rows_hold_the_facts_of_the_document() {
    let row = |name: &str| &emitted::TOOLS[usize::from(emitted::BY_NAME[name])];
    let create = row("shop_create_order");
    assert_eq!(create.facts.scope, Scope::Write);
    assert_eq!(
        (create.name, create.catalogue_name),
        ("shop_order", Some("shop_create_order"))
    );
    let confirmation = create.confirmation.unwrap();
    assert_eq!(confirmation.warning, Some("It is sent at once."));
    assert_eq!(confirmation.words, [("post", "by post")]);
    let subject = confirmation.subject.unwrap();
    assert_eq!(
        (subject.read, subject.by, subject.argument),
        ("shop_list_orders", "page", "note")
    );
    assert!(create.facts.dry_run && create.facts.spends_credits && create.annotations.destructive);
    assert_eq!(create.facts.error_codes, ["NO_STOCK"]);
    let names: Vec<_> = create
        .operation
        .arguments
        .iter()
        .map(|argument| argument.name)
        .collect();
    assert_eq!(
        names,
        ["items", "note", "gift", "dry_run", "idempotency_key"]
    );

    let upload = row("shop_upload_label");
    assert_eq!(upload.facts.idempotency, Idempotency::Refused);
    assert_eq!(
        upload.operation.path,
        [
            PathPart::Literal("/orders/"),
            PathPart::Argument("id"),
            PathPart::Literal("/label")
        ]
    );
    let arguments: Vec<_> = upload
        .operation
        .arguments
        .iter()
        .map(|a| (a.name, a.wire_name, a.location, a.kind))
        .collect();
    assert_eq!(
        arguments,
        [
            ("id", "id", Location::Path, Kind::Scalar),
            ("file", "file", Location::Body, Kind::Binary),
            ("file_name", "file", Location::BodyFileName, Kind::Scalar),
            ("body_id", "id", Location::Body, Kind::Scalar),
        ]
    );
    assert_eq!(
        row("shop_list_orders").facts.idempotency,
        Idempotency::NotApplicable
    );
}
