//! Every target with the inputs of its corpus, and with changes of them.

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::fs;
use std::path::{Path, PathBuf};

/// A target and the folder of its corpus.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 8] = [
    ("arguments", super::arguments),
    ("authorization", super::authorization),
    ("client_metadata", super::client_metadata),
    ("document", super::document),
    ("message", super::message),
    ("redirect_uri", super::redirect_uri),
    ("sealed", super::sealed),
    ("token_form", super::token_form),
];

/// How many changed inputs each target gets.
const CASES: u32 = 1_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The inputs of a target, in the order of their names.
fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let files = fs::read_dir(folder().join("corpus").join(name)).expect("a folder");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).expect("readable");
        (path, bytes)
    };
    paths.into_iter().map(read).collect()
}

/// The words of the dictionary of a target, as libFuzzer writes them: in quotation marks, with `\\`, `\"` and `\xAB`.
fn words(name: &str) -> Vec<Vec<u8>> {
    let path = folder().join("dictionaries").join(format!("{name}.dict"));
    let text = fs::read_to_string(path).unwrap_or_default();
    let quoted = |line: &str| Some(unescaped(line.strip_prefix('"')?.strip_suffix('"')?));
    text.lines().filter_map(quoted).collect()
}

fn unescaped(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = word;
    while let Some((plain, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(plain.as_bytes());
        let (byte, length) = match escape.strip_prefix('x') {
            Some(digits) => (u8::from_str_radix(&digits[..2], 16).expect("digits"), 3),
            None => (escape.as_bytes()[0], 1),
        };
        bytes.push(byte);
        rest = &escape[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// Changes a byte, removes a part, repeats a part, or inserts a word, at these places of the input.
fn change(input: &mut Vec<u8>, (kind, first, second): (u8, Index, Index), words: &[Vec<u8>]) {
    let (one, other) = (first.index(input.len() + 1), second.index(input.len() + 1));
    let part = one.min(other)..one.max(other);
    match kind {
        0 if one < input.len() => input[one] = input[one].wrapping_add(second.index(255) as u8 + 1),
        1 => drop(input.drain(part)),
        2 => {
            let repeated = input[part].to_vec();
            input.splice(one..one, repeated);
        }
        _ if !words.is_empty() => {
            let word = words[second.index(words.len())].clone();
            input.splice(one..one, word);
        }
        _ => {}
    }
}

#[test]
fn every_target_accepts_its_corpus() {
    for (name, target) in TARGETS {
        target(b"");
        let inputs = corpus(name);
        for (path, bytes) in &inputs {
            eprintln!("{}", path.display());
            target(bytes);
        }
        assert!(inputs.len() >= 5, "{name} has {} inputs", inputs.len());
    }
}

/// The fuzzer in small: the same cases each time, and no more time than a test may take.
#[test]
fn every_target_accepts_changes_of_its_corpus() {
    for (name, target) in TARGETS {
        let (inputs, words) = (corpus(name), words(name));
        let config = Config {
            cases: CASES,
            failure_persistence: None,
            ..Config::default()
        };
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let changes = vec((0..5_u8, any::<Index>(), any::<Index>()), 1..6);
        let outcome = TestRunner::new_with_rng(config, rng).run(
            &(any::<Index>(), changes),
            |(chosen, changes)| {
                let mut input = chosen.get(&inputs).1.clone();
                for one in changes {
                    change(&mut input, one, &words);
                }
                input.truncate(8192);
                target(&input);
                Ok(())
            },
        );
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}
