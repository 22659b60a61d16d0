//! The command `renew`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::newer::{newer, ours};

/// A folder with the two documents, which is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("renew-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let folder = Self(folder);
        folder.write("ours.json", &serde_json::to_string_pretty(&ours()).unwrap());
        folder.write("newer.json", &newer().to_string());
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> (String, String, Option<i32>) {
        let output = Command::new(env!("CARGO_BIN_EXE_openapi-tools"))
            .arg("renew")
            .args(arguments)
            .args(["--prefix", "tokportal_", "--open-enums"])
            .args(["--dry-run-header", "dry_run=X-TokPortal-Dry-Run"])
            .args(["--idempotency-header", "idempotency_key=Idempotency-Key"])
            .current_dir(&self.0)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            text(output.stdout),
            text(output.stderr),
            output.status.code(),
        )
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[test]
fn the_same_document_leaves_the_file_as_it_is() {
    let folder = Folder::new("same");
    let before = folder.read("ours.json");
    let (out, _, status) = folder.run(&["ours.json", "ours.json"]);
    assert_eq!(status, Some(0), "{out}");
    assert!(
        out.starts_with("ours.json: the newer document has nothing new\n"),
        "{out}"
    );
    assert_eq!(folder.read("ours.json"), before);
}

#[test]
fn check_writes_nothing() {
    let folder = Folder::new("check");
    let before = folder.read("ours.json");
    let (out, _, status) = folder.run(&["ours.json", "newer.json", "--check"]);
    assert_eq!(status, Some(1), "{out}");
    assert!(
        out.starts_with("ours.json: the newer document would change it\n"),
        "{out}"
    );
    assert_eq!(folder.read("ours.json"), before);
}

#[test]
fn a_newer_document_is_written_once_and_reported() {
    let folder = Folder::new("twice");
    let (out, _, status) = folder.run(&["ours.json", "newer.json", "--max-list-bytes", "168900"]);
    assert_eq!(status, Some(1));
    for part in [
        "added (63)\n",
        "  tokportal_list_inbox  GET /inboxes\n",
        "removed (2)\n",
        "  tokportal_get_bundle: getBundle before, fetchBundle now\n",
        "  ! tokportal_create_bundle: argument budget added, required\n",
        "not offered (3)\n",
        "over a limit (1)\n  list: ",
        "Something above needs a person.\n",
    ] {
        assert!(out.contains(part), "no {part:?} in {out}");
    }
    let once = folder.read("ours.json");
    let (out, _, status) = folder.run(&["ours.json", "newer.json", "--json"]);
    assert_eq!(folder.read("ours.json"), once);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (status, &report["needs_person"]),
        (Some(1), &Value::Bool(true))
    );
    assert_eq!(report["changed_document"], false);
    assert_eq!(report["unreviewed"].as_array().unwrap().len(), 63);
}

#[test]
fn a_document_that_cannot_be_used_changes_nothing() {
    let folder = Folder::new("wrong");
    let before = folder.read("ours.json");
    folder.write("newer.json", "swagger: \"2.0\"\n");
    let (out, error, status) = folder.run(&["ours.json", "newer.json"]);
    assert_eq!((out.as_str(), status), ("", Some(2)));
    assert!(error.contains("/swagger: "), "{error}");
    assert_eq!(folder.read("ours.json"), before);
    assert_eq!(folder.run(&["ours.json"]).2, Some(2));
}
