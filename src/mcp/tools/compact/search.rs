//! Which tools a few words mean: simple, the same every time, over name, title, toolset and description.

use openapi_tools::table::Tool;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Words of questions that say nothing about the tool.
const STOP_WORDS: [&str; 46] = [
    "a",
    "all",
    "an",
    "and",
    "are",
    "as",
    "at",
    "be",
    "by",
    "can",
    "did",
    "do",
    "does",
    "for",
    "from",
    "get",
    "give",
    "how",
    "i",
    "in",
    "is",
    "it",
    "me",
    "much",
    "my",
    "of",
    "on",
    "or",
    "our",
    "please",
    "s",
    "show",
    "t",
    "tell",
    "that",
    "the",
    "this",
    "to",
    "tokportal",
    "was",
    "we",
    "what",
    "which",
    "why",
    "with",
    "you",
];

/// The shortest stem that stands for the words it begins: `verif` for `verification`.
const MIN_PREFIX: usize = 3;

/// What a word is worth where it stands. A word that only begins alike is worth half.
const NAME_OR_TITLE: u32 = 8;
const TOOLSET: u32 = 4;
const SUMMARY: u32 = 4;
const DESCRIPTION: u32 = 2;

/// The tools of `tools` that have any of the words, best first. A tool is as good as its words are worth, the rarer the
/// more, and less so for each word of its name that nobody asked for. Equals stay in the order of the catalogue.
pub(crate) fn search(
    query: &str,
    tools: impl Iterator<Item = &'static Tool<'static>>,
) -> Vec<&'static Tool<'static>> {
    let words: BTreeSet<String> = words(query)
        .filter(|word| !STOP_WORDS.contains(&word.as_str()))
        .map(stem)
        .collect();
    let mut scored: Vec<(u32, &'static Tool<'static>)> = tools.map(|tool| (0, tool)).collect();
    for word in &words {
        let worths: Vec<u32> = scored.iter().map(|(_, tool)| worth(word, tool)).collect();
        let having = worths.iter().filter(|worth| **worth > 0).count();
        let rarity = 1 + (scored.len() / having.max(1)).max(1).ilog2();
        for ((score, _), worth) in scored.iter_mut().zip(worths) {
            *score += worth * rarity;
        }
    }
    scored.retain(|(score, _)| *score > 0);
    let query = query.trim().to_lowercase();
    scored.sort_by_cached_key(|(score, tool)| {
        let meant = query == tool.name || query == tool.title.to_lowercase();
        // Sixteen times as much, so that the division loses little.
        (!meant, Reverse(score * 64 / (4 + unasked(&words, tool))))
    });
    scored.into_iter().map(|(_, tool)| tool).collect()
}

fn worth(word: &str, tool: &Tool<'_>) -> u32 {
    let best = |text| {
        crate::mcp::tools::compact::search::words(text)
            .map(|other| alike(word, &stem(other)))
            .max()
    };
    let best = |text| best(text).unwrap_or_default();
    (best(tool.name).max(best(tool.title)) * NAME_OR_TITLE
        + best(tool.toolset) * TOOLSET
        + best(summary(tool)) * SUMMARY
        + best(tool.description) * DESCRIPTION)
        / 2
}

/// How many words of a tool's name are none of these.
fn unasked(asked: &BTreeSet<String>, tool: &Tool<'_>) -> u32 {
    let unasked = words(tool.name)
        .filter(|word| !STOP_WORDS.contains(&word.as_str()))
        .map(stem)
        .filter(|word| !asked.iter().any(|asked| alike(asked, word) > 0));
    u32::try_from(unasked.count()).unwrap_or(u32::MAX)
}

/// 2 for the same stem, 1 if one begins with the other, or 0.
fn alike(one: &str, other: &str) -> u32 {
    let begins =
        |longer: &str, shorter: &str| shorter.len() >= MIN_PREFIX && longer.starts_with(shorter);
    if one == other {
        2
    } else {
        u32::from(begins(one, other) || begins(other, one))
    }
}

/// The first sentence of the description.
pub(super) fn summary<'a>(tool: &Tool<'a>) -> &'a str {
    match tool.description.find(". ") {
        Some(end) => &tool.description[..=end],
        None => tool.description,
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Without the endings of English that turn up in questions: bans, banned, publishing, schedule.
fn stem(mut word: String) -> String {
    let long = |stem: &str| stem.len() >= MIN_PREFIX;
    if let Some(stem) = word.strip_suffix('s').filter(|stem| long(stem))
        && !stem.ends_with(['s', 'u', 'i'])
    {
        word.truncate(stem.len());
    }
    let verb = word.strip_suffix("ing").or_else(|| word.strip_suffix("ed"));
    if let Some(stem) = verb.filter(|stem| long(stem)) {
        word.truncate(stem.len());
        let last = word.pop();
        // The doubled letter of `banned`, not that of `selling` and `passed`.
        let doubled = last.is_some_and(|last| word.ends_with(last) && !"ls".contains(last));
        word.extend(last.filter(|_| !doubled || !long(&word)));
    }
    if let Some(stem) = word.strip_suffix('e').filter(|stem| long(stem)) {
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
    fn the_questions_of_people_find_their_tools() {
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
    fn words_that_nobody_uses_find_nothing() {
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
    fn endings_do_not_matter() {
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
            let stem = |word: &str| crate::mcp::tools::compact::search::stem(word.to_owned());
            assert_eq!(stem(one), stem(other), "{one} {other}");
        }
    }

    #[test]
    fn the_same_words_give_the_same_tools() {
        assert_eq!(best("video publish a"), best("publish a VIDEO"));
        assert_eq!(best("bundles bundle"), best("bundle"));
    }
}
