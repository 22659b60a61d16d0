//! The tables of the search of compact mode: how much each word says for each tool (Okapi BM25), and which words stand for
//! others.

// Both use the same stems.
#[path = "../src/mcp/tools/compact/search/words.rs"]
mod words;

use bm25::{Embedder, EmbedderBuilder, Scorer, Tokenizer};
use openapi_tools::Catalogue;
use openapi_tools::table::Tool;
use std::collections::{BTreeMap, BTreeSet};
use stop_words::Language;

/// How often a word counts by where it stands.
const NAME_AND_TITLE: usize = 3;
const SEARCH_WORDS: usize = 3;
const FIRST_SENTENCE: usize = 1;
/// The same for two words of one phrase.
const PAIRS: usize = 4;
/// The common word that says something beside another one: who has orders asks for theirs, who wants one does not.
const OWN: &str = "my";
/// How much a long text makes each of its words count less. A tool with many words for it is no worse for it.
const LENGTH: f32 = 0.3;
/// Weights are whole numbers in a byte; the highest one is about twelve.
const SCALE: f32 = 20.0;

/// Takes texts that are stems already.
#[derive(Debug, Default)]
struct Stems;

impl Tokenizer for Stems {
    fn tokenize(&self, text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }
}

/// Two tables, sorted, with an empty line between them. A line has a key, a tab, and what belongs to it, with spaces between:
/// for each stem the tools that it speaks for, by position, and how much (`12:180`); for what people say, as stems, the
/// stems that it stands for.
pub(super) fn tables(catalogue: &Catalogue<'_>) -> String {
    let common = stop_words::get(Language::English).iter();
    let common: BTreeSet<String> = common.flat_map(|word| words::stems(word)).collect();
    let texts: Vec<String> = catalogue
        .tools
        .iter()
        .map(|tool| text(tool, &common))
        .collect();
    let corpus: Vec<&str> = texts.iter().map(String::as_str).collect();
    let embedder: Embedder<u32, Stems> =
        EmbedderBuilder::with_tokenizer_and_fit_to_corpus(Stems, &corpus)
            .b(LENGTH)
            .build();
    let mut scorer = Scorer::<usize>::new();
    for (position, text) in texts.iter().enumerate() {
        scorer.upsert(&position, embedder.embed(text));
    }
    let mut weights: BTreeMap<&str, Vec<(usize, u8)>> = BTreeMap::new();
    for stem in texts.iter().flat_map(|text| text.split(' ')) {
        weights.entry(stem).or_insert_with(|| {
            let matches = scorer.matches(&embedder.embed(stem));
            let weight = |score: f32| (score * SCALE).round().clamp(1.0, 255.0) as u8;
            let mut tools: Vec<_> = matches
                .iter()
                .map(|one| (one.id, weight(one.score)))
                .collect();
            tools.sort_unstable();
            tools
        });
    }
    let mut others: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (word, phrases) in &catalogue.search_words {
        for phrase in *phrases {
            let means = others.entry(joined(phrase)).or_default();
            let stems: Vec<String> = words::stems(word).collect();
            let all = pairs(&stems).into_iter().chain(stems);
            means.extend(all.filter(|stem| stem == OWN || weights.contains_key(stem.as_str())));
        }
    }
    others.retain(|_, means| !means.is_empty());
    let weights = weights.iter().map(|(stem, tools)| {
        let tools: Vec<String> = tools
            .iter()
            .map(|(tool, weight)| format!("{tool}:{weight}"))
            .collect();
        format!("{stem}\t{}\n", tools.join(" "))
    });
    let others = others
        .iter()
        .map(|(said, means)| format!("{said}\t{}\n", means.join(" ")));
    [weights.collect::<String>(), others.collect()].join("\n")
}

/// The stems of everything that is said about a tool, each as often as it counts.
fn text(tool: &Tool<'_>, common: &BTreeSet<String>) -> String {
    // What a description says about another tool is not about this one.
    let is_about_it = |word: &&str| !word.contains("tokportal_");
    let description: Vec<&str> = tool.description.split(' ').filter(is_about_it).collect();
    let description = description.join(" ");
    let (first, _) = description.split_once(". ").unwrap_or((&description, ""));
    let catalogue_name = tool.catalogue_name.unwrap_or_default();
    let words = tool.facts.search_words.join(" ");
    let name = [tool.name, tool.title, catalogue_name].join(" ");
    let fields = [
        (name.as_str(), NAME_AND_TITLE),
        (words.as_str(), SEARCH_WORDS),
        (first, FIRST_SENTENCE),
        (&description, 1),
        (tool.toolset, 1),
    ];
    // Without the prefix of every name, and without words that say nothing.
    let telling = |text: &str| -> Vec<String> {
        let stems = words::stems(text);
        stems
            .filter(|stem| stem != "tokport" && (stem == OWN || !common.contains(stem)))
            .collect()
    };
    let fields = fields.into_iter();
    let mut stems: Vec<String> = fields
        .flat_map(|(text, times)| std::iter::repeat_n(text, times))
        .flat_map(telling)
        .filter(|stem| stem != OWN)
        .collect();
    let phrases = tool.facts.search_words.iter().copied().chain([tool.title]);
    let pairs: BTreeSet<String> = phrases.flat_map(|phrase| pairs(&telling(phrase))).collect();
    stems.extend(
        pairs
            .into_iter()
            .flat_map(|pair| std::iter::repeat_n(pair, PAIRS)),
    );
    stems.join(" ")
}

/// The stems of a phrase with spaces between them.
fn joined(phrase: &str) -> String {
    words::stems(phrase).collect::<Vec<_>>().join(" ")
}

/// Every two different stems of a phrase, in one order, so that `order account` and `account order` are the same.
fn pairs(stems: &[String]) -> Vec<String> {
    let mut pairs = Vec::new();
    for (at, one) in stems.iter().enumerate() {
        for other in stems.iter().skip(at + 1).filter(|other| *other != one) {
            pairs.push(words::pair(one, other));
        }
    }
    pairs
}
