//! What the crates declare about themselves: a reason for every dependency, and lints against panics.

use std::fs;
use std::path::Path;

/// The manifests of the workspace: the folders of `members` in `Cargo.toml`, and the root.
fn manifests(root: &Path) -> Vec<String> {
    let text = fs::read_to_string(root.join("Cargo.toml")).expect("the manifest");
    let members = text
        .lines()
        .find(|line| line.starts_with("members = ["))
        .expect("the members of the workspace");
    let members = members.split('"').skip(1).step_by(2);
    let mut manifests: Vec<String> = members
        .map(|member| format!("{member}/Cargo.toml"))
        .collect();
    manifests.push("Cargo.toml".to_owned());
    manifests
}

/// Whether a section of a manifest lists dependencies: also those of builds, of tests and of one target.
fn lists_dependencies(section: &str) -> bool {
    section.trim_end_matches(']').ends_with("dependencies")
}

/// Where code begins that input from outside reaches. Each turns the same lints on.
const GUARDED: [&str; 9] = [
    "src/lib.rs",
    "crates/connector-p3/src/lib.rs",
    "crates/connector-p2/src/lib.rs",
    "crates/connector-p2/spin/src/lib.rs",
    "crates/connector-p2/spin-atomics/src/lib.rs",
    "crates/connector-p2/wasi/src/lib.rs",
    "crates/connector-p2/files/src/lib.rs",
    "crates/openapi-tools/src/table.rs",
    "crates/embed/src/lib.rs",
];

#[test]
fn code_that_input_reaches_has_the_lints_against_panics() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lints = |file: &str| {
        let text = fs::read_to_string(root.join(file)).expect("a source file");
        let (_, list) = text.split_once("#![cfg_attr(\n    not(test),\n    warn(")?;
        list.split_once(')').map(|(list, _)| list.to_owned())
    };
    let core = lints(GUARDED[0]).expect("the lints of the core");
    for lint in ["expect_used", "indexing_slicing", "panic", "string_slice"] {
        assert!(core.contains(&format!("clippy::{lint},")), "{lint}: {core}");
    }
    for file in GUARDED {
        assert_eq!(lints(file).as_ref(), Some(&core), "{file}");
    }
}

#[test]
fn every_dependency_has_a_reason_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    let mut silent = Vec::new();
    for manifest in manifests(root) {
        let text = fs::read_to_string(root.join(&manifest)).expect("a manifest");
        let mut is_inside = false;
        let mut above = "";
        for line in text.lines() {
            if line.starts_with('[') {
                is_inside = lists_dependencies(line);
            } else if is_inside && line.contains(" = ") && !line.starts_with('#') {
                count += 1;
                if !above.starts_with("# ") {
                    silent.push(format!("{manifest}: {line}"));
                }
            }
            above = line;
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
    assert!(count > 100, "the test found only {count} dependencies");
}
