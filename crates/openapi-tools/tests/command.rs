//! The output and the exit status of the command.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::path::PathBuf;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> (String, String, Option<i32>) {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let output: Output = Command::new(env!("CARGO_BIN_EXE_openapi-tools"))
        .args(arguments)
        .current_dir(fixtures)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code(),
    )
}

#[test]
fn check_prints_warnings_with_pointers() {
    let (out, _, status) = run(&["check", "shop.yaml"]);
    assert_eq!(
        out,
        "warning /paths/~1orders~1{id}/get/parameters/2: the cookie \"session\" is left out: tools send no cookies\n\
         1 tools, 0 problems, 1 warnings; refused by some host: 0 listed, 0 not listed\n"
    );
    assert_eq!(status, Some(0));
}

#[test]
fn check_names_what_hosts_refuse() {
    let (out, _, _) = run(&["check", "shop.json"]);
    let finding = |start: &str| {
        let line = out.lines().find(|line| line.starts_with(start));
        line.unwrap_or_else(|| panic!("no {start} in {out}"))
    };
    assert_eq!(
        finding("not listed upload_label#/properties/id"),
        "not listed upload_label#/properties/id: a \"format\" other than date-time (the Gemini API)"
    );
    assert_eq!(
        finding("not listed order#/properties/note"),
        "not listed order#/properties/note: null as an alternative (the Gemini API, smolagents)"
    );
    // A schema that contains itself has no plainer form.
    let reference =
        |line: &&str| line.starts_with("listed move_category#") && line.contains("$ref");
    assert!(out.lines().any(|line| reference(&line)), "{out}");
}

#[test]
fn check_fails_on_problems() {
    let (out, _, status) = run(&["check", "faulty.json"]);
    assert_eq!(
        out,
        "problem /paths/~1x/get/operationId: operationId must be a non-empty string\n0 tools, 1 problems, 0 warnings; refused by some host: 0 listed, 0 not listed\n"
    );
    assert_eq!(status, Some(1));
}

#[test]
fn budget_counts_every_tool() {
    let (out, _, status) = run(&[
        "budget",
        "shop.json",
        "--prefix",
        "shop_",
        "--dry-run-header",
        "dry_run=X-Dry-Run",
    ]);
    assert_eq!(status, Some(0));
    let row = |name: &str| -> Vec<usize> {
        let line = out
            .lines()
            .find(|line| line.split_whitespace().next() == Some(name))
            .unwrap();
        line.split_whitespace()
            .skip(1)
            .map(|cell| cell.parse().unwrap())
            .collect()
    };
    let names = [
        "shop_list_orders",
        "shop_order",
        "shop_upload_label",
        "shop_delete_label",
        "shop_move_category",
    ];
    for column in 0..4 {
        let cells: Vec<usize> = names.iter().map(|name| row(name)[column]).collect();
        assert_eq!(row("total")[column], cells.iter().sum::<usize>());
        assert_eq!(Some(row("max")[column]), cells.iter().max().copied());
        assert_eq!(row("mean")[column], row("total")[column].div_ceil(5));
    }
    let seen = r#"{"name":"shop_delete_label","description":"Deprecated. Removes the label.","inputSchema":{"type":"object","properties":{"id":{"type":"string","description":"Order id. UUID."}},"required":["id"]}}"#;
    assert_eq!(row("shop_delete_label")[0], seen.len());
}

#[test]
fn unusable_command_lines_and_files_exit_with_status_2() {
    for arguments in [
        &["check"][..],
        &["burn", "shop.json"],
        &["check", "shop.json", "--colour"],
        &["check", "absent.json"],
        &["check", "shop.json", "--dry-run-header", "x"],
    ] {
        let (out, err, status) = run(arguments);
        assert_eq!((out.as_str(), status), ("", Some(2)), "{arguments:?}");
        assert!(err.starts_with("openapi-tools: "), "{err}");
    }
    assert!(
        run(&["--help"])
            .0
            .starts_with("Usage: openapi-tools check FILE")
    );
}

#[test]
fn budget_above_a_limit_fails() {
    let (out, _, status) = run(&["budget", "shop.json", "--max-tokens", "1000"]);
    assert_eq!(status, Some(0));
    assert!(!out.contains("exceeded"), "{out}");
    let (out, _, status) = run(&["budget", "shop.json", "--max-tokens", "1"]);
    assert_eq!(status, Some(1));
    assert_eq!(out.matches("exceeded ").count(), 5, "{out}");
    let (out, _, status) = run(&["budget", "shop.json", "--max-mean-tokens", "1"]);
    assert_eq!(status, Some(1));
    assert!(
        out.ends_with("exceeded mean: more than 1 tokens\n"),
        "{out}"
    );
}

#[test]
fn lists_prints_one_line_for_each_file() {
    let (out, _, status) = run(&["lists", "short.list.json", "empty.list.json"]);
    assert_eq!(status, Some(0));
    let lines: Vec<Vec<&str>> = out
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[1][..3], ["short.list", "2", "135"]);
    assert_eq!(lines[1][4], "166");
    assert_eq!(lines[2], ["empty.list", "0", "0", "0", "0", "0"]);
    let tokens = |column: usize| lines[1][column].parse::<usize>().unwrap();
    assert!(tokens(3) > 10 && tokens(3) < tokens(5));

    let (_, error, status) = run(&["lists", "shop.json"]);
    assert_eq!(status, Some(2));
    assert_eq!(
        error,
        "openapi-tools: shop.json: there is no list of tools\n"
    );
}
