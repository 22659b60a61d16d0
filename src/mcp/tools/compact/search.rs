//! Finds tools by words: those of their texts, and those that people use for them, in English and the languages of the
//! pages. The build script weighs each word for each tool (Okapi BM25); a search adds the weights. The ranking is
//! deterministic.

mod tables;
mod words;

use crate::text::in_order;
use openapi_tools::table::Tool;
use std::collections::{BTreeMap, BTreeSet};
use words::{pair, stems, words};

/// The most words of a query that count.
const MAX_WORDS: usize = 40;
/// The score of a tool whose name or title is the query.
const EXACT: usize = 1_000_000;
/// How far apart two words may stand to count as a pair, in words.
const PAIR_DISTANCE: usize = 4;
/// The most words of what people say for another word, such as `mot de passe`.
const MAX_PHRASE: usize = 5;

/// What a search found.
#[derive(Debug)]
pub(super) struct Found {
    /// The positions of the tools in the catalogue, best first.
    pub(super) tools: Vec<usize>,
    /// Words of the query that no tool has.
    pub(super) ignored: Vec<String>,
}

/// The tools that have a word of the query, best first; ties keep the order of the catalogue. An exact name or title comes
/// first.
pub(super) fn search(query: &str, catalogue: &[Tool<'_>]) -> Found {
    let query_words: Vec<&str> = words(query).take(MAX_WORDS).collect();
    let query_stems: Vec<String> = query_words.iter().flat_map(|word| stems(word)).collect();
    let mut scores = vec![0_usize; catalogue.len()];
    let mut said: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut counting = BTreeSet::new();
    let mut at = 0;
    while let Some(rest) = query_stems.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, meanings) = meanings(rest);
        if add(&mut scores, meanings.iter().copied()) {
            counting.insert(said.len());
        }
        let word = query_words.get(at).copied().unwrap_or_default();
        said.push((word, meanings));
        at += length;
    }
    for (at, (_, one)) in said.iter().enumerate() {
        for (further, (_, other)) in said.iter().enumerate().skip(at + 1).take(PAIR_DISTANCE) {
            let both = one
                .iter()
                .flat_map(|one| other.iter().map(|other| pair(one, other)));
            if add(&mut scores, both) {
                counting.extend([at, further]);
            }
        }
    }
    let ignored = said.iter().enumerate();
    let ignored = ignored.filter(|(at, _)| !counting.contains(at));
    let ignored = ignored.map(|(_, (word, _))| (*word).to_owned()).collect();
    let query = query.trim().to_lowercase();
    let is_exact = |tool: &Tool<'_>| {
        query == tool.name
            || Some(query.as_str()) == tool.catalogue_name
            || query == tool.title.to_lowercase()
    };
    let found = catalogue.iter().zip(scores).enumerate();
    let found = found.map(|(position, (tool, score))| {
        let score = if is_exact(tool) { EXACT } else { score };
        (score, position)
    });
    let found = found.filter(|(score, _)| *score > 0);
    let places = found.map(|(score, position)| (EXACT - score, position));
    Found {
        tools: in_order(places.collect()),
        ignored,
    }
}

/// The stems that the beginning of a query stands for, and how many of its words they take the place of. The longest phrase
/// that people use for something counts; a word always stands for itself, too.
fn meanings(stems: &[String]) -> (usize, Vec<&str>) {
    for length in (1..=stems.len().min(MAX_PHRASE)).rev() {
        let phrase = stems.get(..length).unwrap_or_default().join(" ");
        if let Some(means) = tables::means(&phrase) {
            let own = stems.first().filter(|_| length == 1);
            let mut all: Vec<&str> = means.collect();
            all.extend(own.map(String::as_str));
            return (length, all);
        }
    }
    (1, stems.iter().take(1).map(String::as_str).collect())
}

/// Adds what stems with one meaning say for each tool: the most that one of them says. Returns whether they say anything.
fn add(scores: &mut [usize], stems: impl Iterator<Item = impl AsRef<str>>) -> bool {
    let mut most = BTreeMap::new();
    for (tool, weight) in stems.flat_map(|stem| tables::weights(stem.as_ref())) {
        let known = most.entry(tool).or_insert(weight);
        *known = weight.max(*known);
    }
    for (tool, weight) in &most {
        if let Some(score) = scores.get_mut(*tool) {
            *score += weight;
        }
    }
    !most.is_empty()
}

/// The first sentence of a tool's description.
pub(super) fn summary<'t>(tool: &Tool<'t>) -> &'t str {
    tool.description
        .split_inclusive(". ")
        .next()
        .map_or(tool.description, str::trim_end)
}

#[cfg(test)]
mod tests;
