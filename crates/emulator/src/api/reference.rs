//! Countries, platforms and prices.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code};
use crate::ledger::Prices;
use crate::workspace::Workspace;

/// Where a new account can be ordered: code and name.
#[rustfmt::skip]
const COUNTRIES: [(&str, &str); 16] = [
    ("USA", "United States"), ("UK", "United Kingdom"), ("FR", "France"), ("DE", "Germany"), ("IT", "Italy"),
    ("ES", "Spain"), ("NL", "Netherlands"), ("BE", "Belgium"), ("CH", "Switzerland"), ("PT", "Portugal"),
    ("PL", "Poland"), ("CA", "Canada"), ("AU", "Australia"), ("BR", "Brazil"), ("MX", "Mexico"), ("PH", "Philippines"),
];
/// Countries that take `videos_only` orders only.
const VIDEOS_ONLY: [(&str, &str); 2] = [("JP", "Japan"), ("KR", "South Korea")];
#[rustfmt::skip]
const PLATFORMS: [(&str, &str); 3] = [("tiktok", "TikTok"), ("instagram", "Instagram"), ("youtube", "YouTube")];

/// `GET /countries`.
pub(crate) fn countries(_: &mut Workspace, _: &Call) -> Reply {
    Ok(Answer::data(named(&COUNTRIES)).beside("videos_only_countries", named(&VIDEOS_ONLY)))
}

/// `GET /platforms`.
pub(crate) fn platforms(_: &mut Workspace, _: &Call) -> Reply {
    Ok(Answer::data(named(&PLATFORMS)))
}

/// `GET /credit-costs`.
pub(crate) fn credit_costs(workspace: &mut Workspace, _: &Call) -> Reply {
    let prices = workspace.part::<Prices>();
    let account = prices.account_creation;
    Ok(Answer::data(json!({ "costs": {
        "account_creation": { "tiktok": account, "instagram": account, "youtube": 100 },
        "video_upload": prices.video_slot, "video_edit": prices.edit_slot,
        "advanced_warming": prices.warming_target,
        "niche_warming": 7, "coverage_30_days": 25, "credential_reveal": 150,
        "comment_task": 1, "profile_edit": 8, "ad_code": 7,
        "volume_control": 1, "story_repost_link": 1, "instant_story_repost": 1,
    }})))
}

fn named(rows: &[(&str, &str)]) -> Vec<Value> {
    let named = |(code, name): &(&str, &str)| json!({ "code": code, "name": name });
    rows.iter().map(named).collect()
}

/// A country code as it is listed: in capitals, and aliases replaced.
pub(crate) fn listed_code(text: &str) -> String {
    match text.trim().to_ascii_uppercase().as_str() {
        "US" => "USA".to_owned(),
        "GB" => "UK".to_owned(),
        code => code.to_owned(),
    }
}

/// The listed code of a country in which a new account can be ordered.
pub(crate) fn open_country(text: &str) -> Result<&'static str, ApiError> {
    let wanted = listed_code(text);
    if let Some((code, _)) = COUNTRIES.iter().find(|(code, _)| *code == wanted) {
        return Ok(code);
    }
    let message = if VIDEOS_ONLY.iter().any(|(code, _)| *code == wanted) {
        "This country takes videos_only orders only."
    } else {
        "New accounts cannot be ordered for this country; GET /countries lists where they can."
    };
    let error = ApiError::new(Code::CountryNotEnabled, message).with("country", text);
    Err(error.with(
        "enabled_countries",
        COUNTRIES.map(|(code, _)| code).to_vec(),
    ))
}
