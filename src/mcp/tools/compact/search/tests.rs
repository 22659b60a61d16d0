#![expect(clippy::print_stdout, reason = "`--nocapture` shows what still fails")]

use super::*;
use crate::catalog::TOOLS;
use proptest::prelude::*;
use serde_json::Value;

/// What customers type, and the tools any of which is right. The words of the document were completed with the first set in
/// view; those of the second set were not looked at.
const QUERIES: &str = include_str!("../../../../../tests/search/queries.json");

fn found(query: &str) -> Vec<&'static str> {
    let tools = search(query, &TOOLS).tools;
    tools.iter().map(|position| TOOLS[*position].name).collect()
}

/// How many queries of a set have a right tool first, and among three.
fn hits(set: &str) -> (usize, usize, usize) {
    let queries: Value = serde_json::from_str(QUERIES).expect("JSON");
    let queries = queries[set].as_array().expect("a list").clone();
    let (mut first, mut three) = (0, 0);
    for entry in &queries {
        let query = entry["query"].as_str().expect("text");
        let right: Vec<&str> = entry["tools"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|name| name.as_str().expect("a name"))
            .collect();
        let names = found(query);
        let place = names.iter().position(|name| right.contains(name));
        if place == Some(0) {
            first += 1;
        } else {
            println!(
                "{set}: {query:?} has {} at {place:?}; first are {:?}",
                right.join(" or "),
                &names[..names.len().min(3)]
            );
        }
        if place.is_some_and(|place| place < 3) {
            three += 1;
        }
    }
    println!(
        "{set}: {} queries, right tool first {first}, among three {three}",
        queries.len()
    );
    (queries.len(), first, three)
}

#[test]
fn queries_in_words_of_customers_find_the_right_tool_first() {
    let (tuned, held_out) = (hits("tuned"), hits("held_out"));
    let all = tuned.0 + held_out.0;
    let (first, three) = (tuned.1 + held_out.1, tuned.2 + held_out.2);
    println!("all: {all} queries, right tool first {first}, among three {three}");
    assert!(all >= 120 && first * 100 >= all * 85 && three * 100 >= all * 97);
    // Words that were not chosen for these queries.
    let (all, first, three) = held_out;
    assert!(first * 100 >= all * 80 && three * 100 >= all * 90);
}

#[test]
fn words_that_no_tool_has_are_named() {
    let found = search("zebra credit balance, Zebra", &TOOLS);
    assert_eq!(found.ignored, ["zebra", "Zebra"]);
    assert_eq!(TOOLS[found.tools[0]].name, "tokportal_get_credit_balance");
    for query in ["", "?!", "\u{0}", "qwertz zebra"] {
        assert_eq!(search(query, &TOOLS).tools, [0_usize; 0], "{query}");
    }
}

#[test]
fn every_tool_is_found_by_its_name_and_its_title() {
    for tool in &TOOLS {
        assert_eq!(found(tool.name)[0], tool.name);
        assert_eq!(found(tool.title)[0], tool.name, "{}", tool.title);
        let names = found(&format!("{}, please", tool.title));
        let place = names.iter().position(|name| *name == tool.name);
        assert!(
            place.is_some_and(|place| place < 3),
            "{}: {names:?}",
            tool.title
        );
    }
}

#[test]
fn case_accents_and_endings_do_not_matter() {
    for (one, other) in [
        ("publish a VIDEO", "publishing videos"),
        ("crédits", "CREDITS"),
        ("bans", "banned"),
        ("cre\u{301}dits", "crédits"),
    ] {
        assert_eq!(found(one), found(other), "{one}");
    }
}

#[test]
fn tables_are_sorted_and_name_tools() {
    let (weights, means) = tables::tables();
    assert!(weights.len() > 1_000 && means.len() > 1_000);
    assert!(weights.is_sorted_by_key(|(stem, _)| *stem));
    assert!(means.is_sorted_by_key(|(said, _)| *said));
    for (stem, row) in weights {
        let tools: Vec<_> = tables::weights(stem).collect();
        assert_eq!(tools.len(), row.split(' ').count(), "{stem}");
        for (tool, weight) in tools {
            assert!(tool < TOOLS.len() && weight > 0, "{stem}");
        }
    }
    for (said, means) in means {
        assert!(!means.is_empty(), "{said} stands for no word of a tool");
        assert!(said.split(' ').count() <= MAX_PHRASE, "{said}");
    }
}

proptest! {
    #[test]
    fn any_query_has_an_answer(query in ".{0,200}") {
        let found = search(&query, &TOOLS);
        prop_assert!(found.tools.len() <= TOOLS.len());
    }

    #[test]
    fn any_word_of_ascii_has_a_stem(word in "[a-z0-9']{1,45}") {
        prop_assert!(stems(&word).count() <= 23);
    }
}
