//! Search terms for warming: what an order asks for, how terms are named later, and suggestions.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::bundle::{Bundle, BundleType, Targets};
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code, check, deny};
use crate::ledger::Prices;
use crate::workspace::Workspace;

/// What people add to a topic that they search for.
const PHRASES: &str = "ideas, tips, for beginners, tutorial, inspiration, hacks, routine, review, trends, at home, \
    basics, challenge, how to, mistakes, secrets, made easy, on a budget, step by step, before and after, must haves, \
    diary, explained, community, favourites, unboxing, lifestyle, guide, myths, facts, top ten";

/// Decides what warming a new order asks for.
pub(super) fn choose(call: &Call, prices: &Prices, bundle: &mut Bundle) -> Result<(), ApiError> {
    const BRIEF: &str = "niche_warming_instructions";
    let wants = |name: &str| call.body[name] == true;
    let advanced = wants("wants_advanced_warming");
    let niche = wants("wants_niche_warming");
    let terms = call.body.get("advanced_warming_terms").map(texts);
    let stated = call.body["advanced_warming_terms_count"].as_i64();
    let count = terms.as_ref().map(|terms| terms.len() as i64).or(stated);
    let is_whole = count.is_some_and(|count| count % 3 == 0 && stated.unwrap_or(count) == count);
    let is_bare = bundle.bundle_type == BundleType::VideosOnly;
    #[rustfmt::skip]
    let rules = [
        (wants("wants_deep_warming"), Code::DeepWarmingDeprecated, "Deep warming is no longer sold."),
        (!advanced && count.is_some(), Code::AdvancedWarmingFlagRequired, "wants_advanced_warming has to be true."),
        (advanced && niche, Code::WarmingConflict, "wants_advanced_warming and wants_niche_warming conflict."),
        (advanced && !is_whole, Code::AdvancedWarmingCountMismatch, "Send 3 to 30 terms or their count, by threes."),
        (is_bare && (advanced || niche), Code::WarmingConflict, "A videos_only order makes no account to warm."),
    ];
    deny(&rules)?;
    let brief = call.field(BRIEF).unwrap_or_default();
    let is_blank = niche && brief.trim().is_empty();
    check(&[(is_blank, BRIEF, "is required for wants_niche_warming")])?;
    bundle.niche_warming_instructions = niche.then(|| brief.to_owned());
    let paid = count.unwrap_or(0) * prices.warming_target;
    bundle.warming = count.map(|count| Targets { count, paid, terms });
    Ok(())
}

/// Looks at the raw body of an order for faults that have a code of their own and that the document's rules would hide.
pub(crate) fn precheck(body: &Value) -> Result<(), ApiError> {
    let platforms = body["platforms"].as_array().into_iter().flatten();
    let mut platforms = platforms.chain([&body["platform"]]);
    let terms = &body["advanced_warming_terms"];
    let is_warmed = terms.is_array() || body["wants_advanced_warming"] == true;
    let is_youtube = platforms.any(|platform| platform == "youtube");
    #[rustfmt::skip]
    let rules = [
        (is_youtube && is_warmed, Code::AdvancedWarmingPlatform, "YouTube accounts cannot be warmed this way."),
        (is_youtube, Code::YoutubeDelayed, "YouTube accounts cannot be ordered through the API."),
    ];
    deny(&rules)?;
    let rejected = unfit(&texts(terms));
    let message = "Terms have to differ, ignoring case, and to have 2 to 50 characters.";
    let error = ApiError::new(Code::AdvancedWarmingTermsRejected, message);
    match rejected.is_empty() {
        true => Ok(()),
        false => Err(error.with("rejected_terms", rejected)),
    }
}

/// The texts in a list of a body.
pub(super) fn texts(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The terms that repeat another one, ignoring case, or do not have 2 to 50 characters.
pub(super) fn unfit(terms: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut is_fit = |term: &String| {
        let text = term.trim().to_lowercase();
        (2..=50).contains(&text.chars().count()) && seen.insert(text)
    };
    terms.iter().filter(|term| !is_fit(term)).cloned().collect()
}

/// Names the targets of an order, once.
pub(super) fn name_targets(bundle: &mut Bundle, terms: Vec<String>) -> Result<(), ApiError> {
    let targets = bundle.warming.as_ref();
    let is_named = targets.is_some_and(|targets| targets.terms.is_some());
    let message = "The terms were set before and cannot be changed.";
    deny(&[(is_named, Code::WarmingTermsAlreadySet, message)])?;
    let bought = targets.map_or(0, |targets| targets.count);
    if terms.len() as i64 != bought || !unfit(&terms).is_empty() {
        let message = "Name as many terms as were bought; they have to differ, ignoring case.";
        let error = ApiError::new(Code::AdvancedWarmingTerms, message);
        return Err(error.with("purchased_terms_count", bought));
    }
    if let Some(targets) = &mut bundle.warming {
        targets.terms = Some(terms);
    }
    Ok(())
}

/// `POST /warming/generate-terms`: free, orders nothing. The same brief brings the same terms.
pub(crate) fn generate(_: &mut Workspace, call: &Call) -> Reply {
    let text = call.field("text").unwrap_or_default().to_lowercase();
    check(&[(text.trim().is_empty(), "text", "has to describe the niche")])?;
    let words = text.split(|character: char| !character.is_alphanumeric());
    let words = words.filter(|word| (3..=24).contains(&word.chars().count()));
    // The longest word is likely to say most about the niche.
    let topic = words.max_by_key(|word| word.len()).unwrap_or("daily life");
    let count = call.body["count"].as_u64().unwrap_or(9) as usize;
    let phrases = PHRASES.split(", ").take(count);
    let terms: Vec<String> = phrases.map(|phrase| format!("{topic} {phrase}")).collect();
    Ok(Answer::data(json!({ "terms": terms })))
}
