//! Every target with the inputs of its corpus.

use std::fs;
use std::path::Path;

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

#[test]
fn every_target_accepts_its_corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in TARGETS {
        target(b"");
        let files = fs::read_dir(corpus.join(name)).expect("a folder");
        let mut count = 0;
        for file in files {
            let path = file.expect("a file").path();
            eprintln!("{}", path.display());
            target(&fs::read(&path).expect("readable"));
            count += 1;
        }
        assert!(count >= 5, "{name} has {count} inputs");
    }
}
