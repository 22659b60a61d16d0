//! Suggests warming terms from a brief: the words that carry its meaning, alone, in pairs, and in the phrases people
//! search with. The same brief brings the same terms.

use serde::Deserialize;
use serde_json::json;

use crate::answer::Answer;
use crate::decisions::WARMING_SUGGESTIONS;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::workspace::Workspace;

/// Words that say nothing about a niche.
const STOP_WORDS: [&str; 40] = [
    "about",
    "account",
    "also",
    "and",
    "are",
    "audience",
    "brand",
    "but",
    "can",
    "content",
    "for",
    "from",
    "has",
    "have",
    "instagram",
    "into",
    "its",
    "like",
    "more",
    "niche",
    "not",
    "our",
    "people",
    "post",
    "posts",
    "that",
    "the",
    "their",
    "them",
    "they",
    "this",
    "tiktok",
    "video",
    "videos",
    "want",
    "who",
    "will",
    "with",
    "you",
    "your",
];
/// What people add to what they search for.
const PHRASES: [&str; 9] = [
    "ideas",
    "tips",
    "for beginners",
    "tutorial",
    "inspiration",
    "hacks",
    "routine",
    "review",
    "trends",
];

#[derive(Deserialize)]
struct Brief {
    text: String,
    count: Option<usize>,
}

/// `POST /warming/generate-terms`: free, orders nothing.
pub fn generate(_: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    let brief: Brief = request.body()?;
    if brief.text.trim().is_empty() {
        return Err(ApiError::field("text", "has to describe the niche"));
    }
    let terms = suggest(&brief.text, brief.count.unwrap_or(WARMING_SUGGESTIONS));
    Ok(Answer::ok(json!({ "terms": terms })))
}

fn suggest(text: &str, count: usize) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut words: Vec<&str> = Vec::new();
    for word in lower.split(|character: char| !character.is_alphanumeric()) {
        let length = word.chars().count();
        if (3..=24).contains(&length) && !STOP_WORDS.contains(&word) && !words.contains(&word) {
            words.push(word);
        }
    }
    if words.is_empty() {
        words.push("everyday life");
    }
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    let phrases = PHRASES
        .iter()
        .flat_map(|phrase| words.iter().map(move |word| format!("{word} {phrase}")));
    let numbered = (1..).map(|number| format!("{} {number}", words[0]));
    let mut terms: Vec<String> = Vec::new();
    for term in pairs.chain(phrases).chain(numbered) {
        if terms.len() == count {
            break;
        }
        if term.chars().count() <= 50 && !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}
