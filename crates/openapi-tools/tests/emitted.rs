//! The emitted source compiles, equals the committed one, and says the same as the catalogue it came from.
//!
//! `UPDATE=1 cargo test -p openapi-tools` writes the committed files again.

#![expect(
    clippy::unwrap_used,
    reason = "a test that fails here has found something"
)]

use std::path::PathBuf;

use openapi_tools::table::{Idempotency, Kind, Location, PathPart, Scope};
use openapi_tools::{Catalogue, Options, emit};

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

fn catalogue() -> Catalogue {
    let options = Options {
        prefix: "shop_".to_owned(),
        dry_run_header: Some(("dry_run".to_owned(), "X-Shop-Dry-Run".to_owned())),
        idempotency_header: Some(("idempotency_key".to_owned(), "Idempotency-Key".to_owned())),
        ..Options::default()
    };
    let document = std::fs::read_to_string(fixture("shop.json")).unwrap();
    Catalogue::from_json(&document, &options).unwrap()
}

fn assert_golden(name: &str, text: &str) {
    let path = fixture(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        text,
        "{name} differs; UPDATE=1 writes it again"
    );
}

#[test]
fn source_is_the_committed_one() {
    assert_golden("shop.emitted.rs", &emit::rust(&catalogue()));
}

#[test]
fn listing_is_the_committed_one() {
    let mut text = String::new();
    for tool in catalogue().tools {
        let entry = format!("{{{}{}}}", tool.listing.base, tool.listing.since_2025_06_18);
        let entry: serde_json::Value = serde_json::from_str(&entry).unwrap();
        text.push_str(&serde_json::to_string_pretty(&entry).unwrap());
        text.push('\n');
    }
    assert_golden("shop.listing.txt", &text);
}

#[test]
fn tables_equal_the_catalogue() {
    let catalogue = catalogue();
    assert_eq!(emitted::TOOLS.len(), catalogue.tools.len());
    assert_eq!(emitted::TOOLSETS, ["default", "orders"]);
    assert_eq!(catalogue.toolsets(), emitted::TOOLSETS);
    for (row, tool) in emitted::TOOLS.iter().zip(&catalogue.tools) {
        assert_eq!(row.name, tool.name);
        assert_eq!(row.title, tool.title);
        assert_eq!(row.description, tool.description);
        assert_eq!(row.toolset, tool.toolset);
        let index = usize::from(row.toolset_index);
        assert_eq!(emitted::TOOLSETS[index], tool.toolset);
        assert_eq!(row.input_schema, tool.input_schema);
        assert_eq!(row.output_schema, tool.output_schema.as_deref());
        assert_eq!(row.annotations, tool.annotations);
        assert_eq!(row.facts.error_codes, tool.facts.error_codes);
        assert_eq!(row.facts.secret_members, tool.facts.secret_members);
        assert_eq!(
            row.facts.credits_detail,
            tool.facts.credits_detail.as_deref()
        );
        assert_eq!(row.operation.id, tool.operation.id);
        assert_eq!(row.operation.accepts, tool.operation.accepts);
        assert_eq!(
            row.operation.arguments.len(),
            tool.operation.arguments.len()
        );
        assert_eq!(row.listing.base, tool.listing.base);
        assert_eq!(row.listing.since_2025_06_18, tool.listing.since_2025_06_18);
        assert_eq!(
            emitted::TOOLS[usize::from(emitted::BY_NAME[row.name])].name,
            row.name
        );
        let base = row.listing.base.as_bytes().as_ptr_range();
        assert!(
            base.contains(&row.input_schema.as_ptr()),
            "the schema of {} is stored twice",
            row.name
        );
    }
}

#[test]
fn rows_hold_what_the_document_says() {
    let row = |name: &str| &emitted::TOOLS[usize::from(emitted::BY_NAME[name])];
    let create = row("shop_create_order");
    assert_eq!(create.facts.scope, Scope::Write);
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
