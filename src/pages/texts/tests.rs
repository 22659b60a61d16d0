use super::*;
use crate::text::template::{Piece, pieces};

/// Every text of a table under its name.
fn listed(texts: &Texts) -> Vec<(String, &'static str)> {
    let mut listed = Vec::new();
    let mut add = |group: &str, texts: Vec<(&'static str, &'static str)>| {
        let named = texts.into_iter();
        listed.extend(named.map(|(name, text)| (format!("{group}.{name}"), text)));
    };
    add("consent", texts.consent.all());
    add("approval", texts.approval.all());
    add("close", texts.close.all());
    add("welcome", texts.welcome.all());
    add("checks", texts.checks.all());
    add("error", texts.error.all());
    for (name, problem) in texts.problems.all() {
        add(name, problem.all());
    }
    listed
}

fn placeholders(text: &str) -> Vec<&str> {
    let names = pieces(text).filter_map(|piece| match piece {
        Piece::Placeholder(name) => Some(name),
        Piece::Text(_) => None,
    });
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names
}

#[test]
fn every_language_has_its_own_table() {
    for language in Language::ALL {
        assert_eq!(of(language).language, language);
    }
}

/// The compiler requires every text; this test finds those that are empty, were not translated, or lost a placeholder.
#[test]
fn every_text_is_translated_with_its_placeholders() {
    let english = listed(of(Language::English));
    assert!(english.len() > 80, "the test found only {}", english.len());
    for language in Language::ALL {
        for ((name, text), (_, english)) in listed(of(language)).iter().zip(&english) {
            let tag = language.tag();
            assert!(
                !text.trim().is_empty() && text.trim() == *text,
                "{tag} {name}: {text:?}"
            );
            assert!(
                !text.contains("  ") && !text.contains(" ."),
                "{tag} {name}: {text:?}"
            );
            assert_eq!(
                placeholders(text),
                placeholders(english),
                "{tag} {name}: {text:?}"
            );
            assert!(
                language == Language::English || text != english,
                "{tag} {name} is not translated: {text:?}"
            );
            assert!(
                !text.contains(['\'', '"', '<', '>', '\n']),
                "{tag} {name} has a typewriter quote or markup: {text:?}"
            );
            let of_portal = "Developer › API keys";
            assert_eq!(
                text.contains(of_portal),
                english.contains(of_portal),
                "{tag} {name}: {text:?}"
            );
        }
    }
}

/// A text that ends like a sentence does so in every language.
#[test]
fn sentences_end_alike_in_all_languages() {
    let english = listed(of(Language::English));
    for language in Language::ALL {
        for ((name, text), (_, english)) in listed(of(language)).iter().zip(&english) {
            let tag = language.tag();
            for mark in ['.', '?'] {
                assert_eq!(
                    text.ends_with(mark),
                    english.ends_with(mark),
                    "{tag} {name}: {text:?}"
                );
            }
        }
    }
}

#[test]
fn french_has_no_breaking_space_before_a_mark() {
    for (name, text) in listed(of(Language::French)) {
        for space in [" :", " ?", " !", " »", "« "] {
            assert!(!text.contains(space), "{name}: {text:?}");
        }
        let marks = text
            .match_indices([':', '?'])
            .filter(|(at, _)| !text[..*at].ends_with(['\u{a0}', '}']));
        assert_eq!(marks.count(), 0, "{name}: {text:?}");
    }
}
