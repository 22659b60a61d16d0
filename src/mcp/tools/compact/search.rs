//! Finds tools by words in their names, titles, toolsets and descriptions. The ranking is deterministic.

use openapi_tools::table::Tool;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Common words of questions, which do not help to find a tool.
#[rustfmt::skip]
const STOP_WORDS: [&str; 46] = [
    "a", "all", "an", "and", "are", "as", "at", "be", "by", "can", "did", "do", "does", "for", "from", "get",
    "give", "how", "i", "in", "is", "it", "me", "much", "my", "of", "on", "or", "our", "please", "s", "show", "t",
    "tell", "that", "the", "this", "to", "tokportal", "was", "we", "what", "which", "why", "with", "you",
];

/// The shortest stem that matches as a prefix, as `verif` matches `verification`.
const MIN_PREFIX: usize = 3;

/// The weight of a match by where it occurs. A prefix match has half the weight.
const NAME_OR_TITLE: u32 = 8;
const TOOLSET: u32 = 4;
const SUMMARY: u32 = 4;
const DESCRIPTION: u32 = 2;

/// The tools that match any word of the query, best first. A tool scores the weights of its matches, multiplied by the
/// rarity of the word, and divided by a number that grows with each word of its name that is not in the query. An exact
/// name or title comes first; ties keep the order of the catalogue.
pub(super) fn search(
    query: &str,
    tools: impl Iterator<Item = &'static Tool<'static>>,
) -> Vec<&'static Tool<'static>> {
    let stems: BTreeSet<String> = significant_stems(query).collect();
    let mut scored: Vec<(u32, &'static Tool<'static>)> = tools.map(|tool| (0, tool)).collect();
    for stem in &stems {
        let weights: Vec<u32> = scored.iter().map(|(_, tool)| weight(stem, tool)).collect();
        let matching = weights.iter().filter(|weight| **weight > 0).count();
        let rarity = 1 + (scored.len() / matching.max(1)).max(1).ilog2();
        for ((score, _), weight) in scored.iter_mut().zip(weights) {
            *score += weight * rarity;
        }
    }
    scored.retain(|(score, _)| *score > 0);
    let query = query.trim().to_lowercase();
    scored.sort_by_cached_key(|(score, tool)| {
        let is_exact = query == tool.name
            || Some(query.as_str()) == tool.catalogue_name
            || query == tool.title.to_lowercase();
        let extra = significant_stems(tool.name)
            .filter(|stem| !stems.iter().any(|other| similarity(other, stem) > 0))
            .count();
        let extra = u32::try_from(extra).unwrap_or(u32::MAX).saturating_add(4);
        // Scaled by 16, so that the integer division loses little.
        (!is_exact, Reverse((score * 64).checked_div(extra)))
    });
    scored.into_iter().map(|(_, tool)| tool).collect()
}

/// The weight of a word for a tool: the sum over the places where it occurs.
fn weight(word_stem: &str, tool: &Tool<'_>) -> u32 {
    let best = |text| {
        let similarities = words(text).map(|word| similarity(word_stem, &stem(word)));
        similarities.max().unwrap_or_default()
    };
    let names = [
        tool.name,
        tool.title,
        tool.catalogue_name.unwrap_or_default(),
    ];
    (names.map(best).into_iter().max().unwrap_or_default() * NAME_OR_TITLE
        + best(tool.toolset) * TOOLSET
        + best(summary(tool)) * SUMMARY
        + best(tool.description) * DESCRIPTION)
        / 2
}

/// 2 for equal stems, 1 if one is a prefix of the other, 0 otherwise.
fn similarity(one: &str, other: &str) -> u32 {
    let starts_with =
        |longer: &str, shorter: &str| shorter.len() >= MIN_PREFIX && longer.starts_with(shorter);
    if one == other {
        2
    } else {
        u32::from(starts_with(one, other) || starts_with(other, one))
    }
}

/// The first sentence of the description.
pub(super) fn summary<'a>(tool: &Tool<'a>) -> &'a str {
    let end = tool.description.find(". ");
    end.and_then(|end| tool.description.get(..=end))
        .unwrap_or(tool.description)
}

/// The stems of the words of a text, without stop words.
fn significant_stems(text: &str) -> impl Iterator<Item = String> {
    words(text)
        .filter(|word| !STOP_WORDS.contains(&word.as_str()))
        .map(stem)
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Removes the English endings that are common in questions: `bans`, `banned`, `publishing` and `schedule` become
/// `ban`, `ban`, `publish` and `schedul`.
fn stem(mut word: String) -> String {
    let is_long = |stem: &str| stem.len() >= MIN_PREFIX;
    if let Some(stem) = word.strip_suffix('s').filter(|stem| is_long(stem))
        && !stem.ends_with(['s', 'u', 'i'])
    {
        word.truncate(stem.len());
    }
    let verb = word.strip_suffix("ing").or_else(|| word.strip_suffix("ed"));
    if let Some(stem) = verb.filter(|stem| is_long(stem)) {
        word.truncate(stem.len());
        let last = word.pop();
        // Drops the doubled letter of `banned`, but keeps that of `selling` and `passed`.
        let doubled = last.is_some_and(|last| word.ends_with(last) && !"ls".contains(last));
        word.extend(last.filter(|_| !doubled || !is_long(&word)));
    }
    if let Some(stem) = word.strip_suffix('e').filter(|stem| is_long(stem)) {
        word.truncate(stem.len());
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::TOOLS;

    fn best(query: &str) -> Vec<&'static str> {
        let found = search(query, TOOLS.iter());
        found.iter().take(5).map(|tool| tool.name).collect()
    }

    #[test]
    fn plain_questions_find_their_tools() {
        for (query, place, expected) in [
            ("what's my credit balance", 1, "get_credit_balance"),
            ("how many credits do I have left", 1, "get_credit_balance"),
            ("publish a video", 2, "publish_bundle_video"),
            ("weekly report as csv", 4, "export_analytics_videos"),
            ("weekly report as csv", 1, "create_analytics_report"),
            ("why was my account banned", 1, "list_account_bans"),
            ("order a new TikTok account", 3, "create_bundle"),
            ("what does an account cost", 1, "get_credit_costs"),
            ("log in to an account", 1, "reveal_account_credentials"),
            ("login code", 1, "retrieve_account_verification_code"),
            ("upload image", 1, "upload_image"),
            ("webhooks", 3, "list_webhook_endpoints"),
            ("followers over time", 1, "get_analytics_series"),
            ("countries", 1, "list_countries"),
            ("spark ad code", 1, "create_video_ad_code_request"),
            ("refund history", 3, "list_credit_transactions"),
            ("ready to publish?", 1, "get_bundle_publish_readiness"),
            ("schedule a post", 5, "configure_bundle_video"),
            (
                "cancel the subscription",
                1,
                "cancel_account_managed_subscription",
            ),
            ("buy comments", 3, "create_comment_tasks"),
            ("accept", 1, "finalize_bundle_account"),
            ("password", 1, "reveal_account_credentials"),
            ("remove a webhook", 1, "delete_webhook_endpoint"),
            ("price", 3, "create_bundle"),
            ("credits", 5, "create_bundle"),
            ("no refund", 5, "create_bundle"),
            ("cost of a comment", 5, "delete_comment_task"),
        ] {
            let expected = format!("tokportal_{expected}");
            let best = best(query);
            assert!(
                best.iter().take(place).any(|name| *name == expected),
                "{query}: {best:?}"
            );
        }
    }

    #[test]
    fn stop_words_and_unknown_words_find_nothing() {
        for query in ["", "?!", "what is the", "zebra", "\u{0}", "a b c d"] {
            assert_eq!(best(query), [""; 0], "{query}");
        }
    }

    #[test]
    fn every_tool_is_found_by_its_name_and_its_title() {
        for tool in &TOOLS {
            assert_eq!(best(tool.name)[0], tool.name);
            assert_eq!(best(tool.title)[0], tool.name, "{}", tool.title);
            let best = best(&format!("{}, please", tool.title));
            assert!(
                best.iter().take(3).any(|name| *name == tool.name),
                "{}: {best:?}",
                tool.title
            );
        }
    }

    #[test]
    fn inflected_words_have_the_same_stem() {
        for (one, other) in [
            ("bans", "banned"),
            ("publish", "publishing"),
            ("schedules", "scheduled"),
            ("orders", "ordering"),
            ("selling", "sell"),
            ("statuses", "statuse"),
            ("ed", "ed"),
            ("analytics", "analytic"),
        ] {
            let stems = [one, other].map(|word| stem(word.to_owned()));
            assert_eq!(stems[0], stems[1], "{one} {other}");
        }
    }

    #[test]
    fn word_order_case_and_repetition_do_not_matter() {
        assert_eq!(best("video publish a"), best("publish a VIDEO"));
        assert_eq!(best("bundles bundle"), best("bundle"));
    }
}
