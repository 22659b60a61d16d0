//! `docs/THREATS.md` names the tests that prove each defence. This test keeps those names true. It reads files only, so
//! a renamed test is found in seconds.

use std::fs;
use std::path::Path;

/// A citation is this prefix, a path below `tests/`, and `::name`.
const PREFIX: &str = "`tests/";
/// The folder of the modules that citations of end-to-end tests name.
const SOURCES: &str = "tests/e2e/tests/e2e";

/// The citations of a page: each path below `tests/`, and the name of the test.
fn citations(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.split(PREFIX)
        .skip(1)
        .filter_map(|rest| rest.split('`').next()?.rsplit_once("::"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether a file of the repository has this text.
fn contains(path: &str, text: &str) -> bool {
    fs::read_to_string(root().join(path)).is_ok_and(|source| source.contains(text))
}

#[test]
fn threats_name_tests_that_exist() {
    let page = fs::read_to_string(root().join("docs/THREATS.md")).expect("the page");
    let mut unknown = Vec::new();
    let mut count = 0;
    for (path, name) in citations(&page) {
        count += 1;
        let exists = match path.strip_prefix("e2e/") {
            Some(module) => {
                let file = format!("{SOURCES}/{}.rs", module.replace("::", "/"));
                contains(&file, &format!("fn {name}("))
            }
            None => contains(&format!("tests/{path}"), name),
        };
        if !exists {
            unknown.push(format!("tests/{path}::{name}"));
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert!(count > 40, "{count} citations");
}
