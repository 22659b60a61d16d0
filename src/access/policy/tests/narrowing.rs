//! Whatever is taken away from a resource or a level, nothing becomes allowed by it.

use super::*;
use crate::catalog::{TOOLS, TOOLSETS};
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::{Config, TestRunner};

/// A resource, and the same resource narrowed further.
fn narrowed() -> impl Strategy<Value = (Narrowing, Narrowing)> {
    let all = TOOLSETS.len();
    let outer = proptest::option::of(subsequence(TOOLSETS.to_vec(), 1..=all));
    (outer, any::<[bool; 3]>()).prop_flat_map(move |(outer, [before, after, compact])| {
        let names = outer.clone().unwrap_or(TOOLSETS.to_vec());
        let count = names.len();
        let inner = proptest::option::of(subsequence(names, 1..=count));
        inner.prop_map(move |inner| {
            let wide = resource(outer.as_deref(), before, compact);
            let inner = inner.as_deref().or(outer.as_deref());
            (wide, resource(inner, before || after, compact))
        })
    })
}

fn resource(toolsets: Option<&[&str]>, read_only: bool, compact: bool) -> Narrowing {
    let mut parameters = Vec::new();
    parameters.extend(toolsets.map(|names| format!("toolsets={}", names.join("%2C"))));
    parameters.extend(read_only.then(|| "readonly=true".to_owned()));
    parameters.extend(compact.then(|| "mode=compact".to_owned()));
    let query = parameters.join("&");
    let narrowing = ResourceUrl::parse(&query).expect("valid").narrowing;
    let again = ResourceUrl::parse(&narrowing.to_string()).expect("valid");
    assert_eq!(again.narrowing, narrowing, "{query}");
    narrowing
}

#[test]
fn narrowing_and_a_lower_level_never_widen() {
    let mut runner = TestRunner::new(Config {
        cases: 128,
        failure_persistence: None,
        ..Config::default()
    });
    let run = runner.run(&narrowed(), |(wide, narrow)| {
        let catalogue = TOOLS.iter().flat_map(|tool| {
            let with = COMPACT
                .iter()
                .map(|compact| Subject::CalledWith(tool, compact));
            with.chain([Subject::Direct(tool), Subject::Described(tool)])
        });
        let subjects = catalogue.chain(COMPACT.iter().map(Subject::Compact));
        for subject in subjects {
            let allows = |narrowing, level| judge(narrowing, level, subject) == Allowed;
            let levels = [None, Some(AccessLevel::Full), Some(AccessLevel::Read)];
            for level in levels {
                prop_assert!(
                    !allows(narrow, level) || allows(wide, level),
                    "{narrow} of {wide}: {subject:?}"
                );
                prop_assert!(
                    !allows(wide, level) || allows(wide, None),
                    "{level:?}: {subject:?}"
                );
            }
            prop_assert!(
                !allows(wide, Some(AccessLevel::Read)) || allows(wide, Some(AccessLevel::Full))
            );
        }
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}
