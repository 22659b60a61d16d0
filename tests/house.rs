//! The house rules that a compiler does not check: floors and public items of `src`, circles in `src` and in the
//! emulator, cited pages.
//!
//! `cargo test --test house -- --nocapture` prints the import graph that it found.

#![expect(
    clippy::print_stdout,
    reason = "the tests print the graph that they find"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Top-level modules from the top floor down; a module imports only from floors below its own. `docs/ARCHITECTURE.md`
/// and `src/lib.rs` have the same list.
const FLOORS: [&[&str]; 9] = [
    &["router"],
    &["mcp", "oauth", "approvals", "health"],
    &["pages", "icons", "site"],
    &["access"],
    &["ledger"],
    &["upstream"],
    &["sealing"],
    &["app", "instance", "claim"],
    &[
        "host", "memory", "kept", "config", "secret", "digest", "failure", "check", "event",
        "catalog", "cache", "jose", "web", "text",
    ],
];

/// What stands beside the house: test doubles, flows, the targets of the fuzzer, and the fixtures of the conformance
/// suite.
const OUTSIDE: [&str; 4] = ["testing", "tests", "fuzzing", "mcp::conformance"];

/// The stand-in for TokPortal.
const EMULATOR: &str = "crates/emulator/src";

/// One file with its module path and the modules that it imports.
struct Source {
    module: String,
    imports: BTreeSet<String>,
    public_items: usize,
}

#[test]
fn no_import_runs_upstairs() {
    let floor = |module: &str| FLOORS.iter().position(|floor| floor.contains(&top(module)));
    let sources = sources();
    let mut upstairs = Vec::new();
    let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
    for source in &sources {
        let from =
            floor(&source.module).unwrap_or_else(|| panic!("{} has no floor", source.module));
        for import in &source.imports {
            let to = floor(import).unwrap_or_else(|| panic!("{import} has no floor"));
            let (a, b) = (top(&source.module), top(import));
            if a == b {
                continue;
            }
            pairs.insert((a, b));
            // Modules of the ground floor may use each other; circles among them are found below.
            if to < from || (to == from && from + 1 != FLOORS.len()) {
                upstairs.push(format!("{} imports {import}", source.module));
            }
        }
    }
    let both_ways = pairs
        .iter()
        .filter(|(a, b)| a < b && pairs.contains(&(b, a)))
        .count();
    println!("{} imports between top-level modules", pairs.len());
    println!("{both_ways} pairs of top-level modules import each other");
    assert!(upstairs.is_empty(), "{upstairs:#?}");
    assert_eq!(both_ways, 0);
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    for (folder, sources) in [
        ("src", sources()),
        (EMULATOR, sources_of(EMULATOR, &["tests"])),
    ] {
        let graph = graph(&sources);
        let arrows: usize = graph.values().map(BTreeSet::len).sum();
        let circles = circles(&graph);
        println!(
            "{folder}: {} files, {arrows} imports between them",
            graph.len()
        );
        println!("{folder}: {} circles", circles.len());
        assert!(circles.is_empty(), "{circles:#?}");
        let folders = circles_of_folders(&graph);
        println!("{folder}: {} circles of folders", folders.len());
        if folder == EMULATOR {
            assert!(folders.is_empty(), "{folders:#?}");
        }
    }
}

/// The files that each file imports.
fn graph(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let names: BTreeSet<String> = sources.iter().map(|source| source.module.clone()).collect();
    // An import names an item or a module; it belongs to the longest module path that is a file.
    let owner = |import: &str| {
        let mut path = import.to_owned();
        while !names.contains(&path) {
            path = path.rsplit_once("::")?.0.to_owned();
        }
        Some(path)
    };
    let targets = sources.iter().map(|source| {
        let targets = source.imports.iter().filter_map(|import| owner(import));
        let targets = targets.filter(|target| *target != source.module);
        (source.module.clone(), targets.collect())
    });
    targets.collect()
}

/// The same between folders: a file `x.rs` belongs to the folder `x` if there is one. A folder and those inside it are
/// no circle.
fn circles_of_folders(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let folder = |module: &str| {
        let is_folder = graph
            .keys()
            .any(|other| other.starts_with(&format!("{module}::")));
        match module.rsplit_once("::") {
            _ if is_folder => module.to_owned(),
            Some((folder, _)) => folder.to_owned(),
            None => module.to_owned(),
        }
    };
    let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, imports) in graph {
        let from = folder(module);
        let others = imports.iter().map(|import| folder(import)).filter(|to| {
            let inside = |a: &str, b: &str| a == b || a.starts_with(&format!("{b}::"));
            !inside(to, &from) && !inside(&from, to)
        });
        folders.entry(from.clone()).or_default().extend(others);
    }
    circles(&folders)
}

#[test]
fn the_public_surface_stays_small() {
    let items: usize = sources().iter().map(|source| source.public_items).sum();
    println!("{items} `pub` items in src");
    assert!(items <= 150, "{items} `pub` items");
}

#[test]
fn comments_cite_pages_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "crates", "tests", "docs"] {
        collect(&root.join(folder), &["rs", "mjs", "py", "md"], &mut files);
    }
    let mut cited = 0;
    let mut missing = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a readable file");
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || "._/-".contains(c))) {
            let page = word.strip_suffix(".md").or(word.strip_suffix(".md."));
            let Some(page) = page.filter(|page| !page.is_empty()) else {
                continue;
            };
            let page = format!("{page}.md");
            let beside = file
                .parent()
                .is_some_and(|folder| folder.join(&page).is_file());
            cited += 1;
            if !beside && !root.join(&page).is_file() && !page.starts_with("http") {
                missing.push(format!("{}: {page}", file.display()));
            }
        }
    }
    println!("{cited} citations of pages");
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(cited > 20, "the test found only {cited} citations");
}

#[test]
fn architecture_names_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/ARCHITECTURE.md")).expect("a readable file");
    let files: Vec<&str> = text
        .split('`')
        .filter(|word| word.ends_with(".rs") && !word.contains(' '))
        .collect();
    assert!(files.len() > 15, "the test found only {files:?}");
    for file in files {
        let exists = root.join(file).is_file() || root.join("src").join(file).is_file();
        assert!(exists, "docs/ARCHITECTURE.md names {file}");
    }
}

fn top(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

fn sources() -> Vec<Source> {
    let sources = sources_of("src", &OUTSIDE);
    assert!(sources.len() > 80, "only {} files", sources.len());
    sources
}

fn sources_of(folder: &str, outside: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = Vec::new();
    collect(&root, &["rs"], &mut files);
    let mut sources = Vec::new();
    for file in files {
        let path = file
            .strip_prefix(&root)
            .expect("below src")
            .with_extension("");
        let module: Vec<&str> = path
            .iter()
            .map(|part| part.to_str().expect("UTF-8"))
            .collect();
        let module = module.join("::");
        let is_outside =
            |outside: &&str| module == **outside || module.starts_with(&format!("{outside}::"));
        let is_test = module.ends_with("::tests") || module.contains("::tests::");
        if module == "lib" || is_test || module.ends_with("::fuzzing") {
            continue;
        }
        if outside.iter().any(is_outside) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a readable file");
        let code = without_tests_and_comments(&text);
        sources.push(Source {
            imports: imports(&code, &module),
            public_items: code.lines().filter(|line| is_public(line)).count(),
            module,
        });
    }
    assert!(!sources.is_empty(), "no files in {folder}");
    sources
}

fn collect(folder: &Path, endings: &[&str], files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if !path.ends_with("node_modules") && !path.ends_with("__pycache__") {
                collect(&path, endings, files);
            }
        } else if path
            .extension()
            .and_then(|ending| ending.to_str())
            .is_some_and(|ending| endings.contains(&ending))
        {
            files.push(path);
        }
    }
}

/// Cuts off the unit tests, which stand at the end of a file, and line comments.
fn without_tests_and_comments(text: &str) -> String {
    let code = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or(text);
    let mut kept = String::new();
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        if line
            .trim_start()
            .starts_with("#[cfg(feature = \"conformance\")]")
        {
            lines.next();
        } else if !line.trim_start().starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn is_public(line: &str) -> bool {
    line.trim_start().starts_with("pub ")
}

/// Every path that starts with `crate`, `super` or a child module, written from the root; groups in braces are taken
/// apart.
fn imports(code: &str, module: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for start in ["crate::", "super::"] {
        for at in paths(code, start) {
            let mut parents: Vec<&str> = module.split("::").collect();
            let mut rest = &code[at..];
            if let Some(after) = rest.strip_prefix("crate::") {
                (parents, rest) = (Vec::new(), after);
            }
            while let Some(after) = rest.strip_prefix("super::") {
                parents.pop();
                rest = after;
            }
            expand(&parents.join("::"), rest, &mut found);
        }
    }
    // Modules are lower case; an upper-case path is an item of the file itself, seen from an inline module.
    found.retain(|path| path.starts_with(|c: char| c.is_ascii_lowercase()));
    for child in children(code) {
        if paths(code, &format!("{child}::")).next().is_some() {
            found.insert(format!("{module}::{child}"));
        }
    }
    found.retain(|path| !path.ends_with("::tests"));
    found
}

/// Where a path begins with `start`.
fn paths(code: &str, start: &str) -> impl Iterator<Item = usize> {
    code.match_indices(start)
        .map(|(at, _)| at)
        .filter(|at| !code[..*at].ends_with(is_of_path))
}

/// Whether a character can stand in a path such as `a_b::c`.
fn is_of_path(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == ':'
}

/// The modules that a file declares.
fn children(code: &str) -> Vec<&str> {
    code.lines()
        .filter_map(|line| {
            let declaration = line
                .trim_start_matches("pub(crate) ")
                .strip_prefix("mod ")?;
            declaration.strip_suffix(';')
        })
        .collect()
}

/// Adds the paths of a tree such as `a::{b, c::d}`.
fn expand(prefix: &str, tree: &str, found: &mut BTreeSet<String>) {
    let end = tree.find(|c: char| !is_of_path(c)).unwrap_or(tree.len());
    let head = tree[..end].trim_end_matches(':');
    let join = |name: &str| match (prefix, name) {
        ("", name) => name.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, name) => format!("{prefix}::{name}"),
    };
    if !tree[end..].starts_with('{') {
        found.insert(join(head));
        return;
    }
    let inner = &tree[end + 1..];
    let mut depth = 0;
    let mut from = 0;
    for (i, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                let item = inner[from..i].trim().trim_start_matches("self");
                expand(&join(head), item, found);
                from = i + 1;
                if c == '}' {
                    return;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
}

/// The strongly connected components of more than one file (Tarjan).
fn circles(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    struct Search<'g> {
        graph: &'g BTreeMap<String, BTreeSet<String>>,
        index: BTreeMap<&'g str, usize>,
        low: BTreeMap<&'g str, usize>,
        stack: Vec<&'g str>,
        circles: Vec<Vec<String>>,
    }
    impl<'g> Search<'g> {
        fn visit(&mut self, node: &'g str) {
            let number = self.index.len();
            self.index.insert(node, number);
            self.low.insert(node, number);
            self.stack.push(node);
            for next in self.graph.get(node).into_iter().flatten() {
                if !self.index.contains_key(next.as_str()) {
                    self.visit(next);
                    let low = self.low[node].min(self.low[next.as_str()]);
                    self.low.insert(node, low);
                } else if self.stack.contains(&next.as_str()) {
                    let low = self.low[node].min(self.index[next.as_str()]);
                    self.low.insert(node, low);
                }
            }
            if self.low[node] == self.index[node] {
                let start = self.stack.iter().position(|other| *other == node);
                let component = self
                    .stack
                    .split_off(start.expect("the node is on the stack"));
                if component.len() > 1 {
                    let names = component.into_iter().map(str::to_owned).collect();
                    self.circles.push(names);
                }
            }
        }
    }
    let mut search = Search {
        graph,
        index: BTreeMap::new(),
        low: BTreeMap::new(),
        stack: Vec::new(),
        circles: Vec::new(),
    };
    for node in graph.keys() {
        if !search.index.contains_key(node.as_str()) {
            search.visit(node);
        }
    }
    search.circles
}
