//! Countries, platforms and prices.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::decisions::{COUNTRIES, COUNTRY_ALIASES, PRICE_NICHE_WARMING, VIDEOS_ONLY_COUNTRIES};
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::workspace::Workspace;

/// `GET /countries`.
pub fn countries(_: &mut Workspace, _: &Request, _: &Context) -> Result<Answer, ApiError> {
    let list = |countries: &[(&str, &str)]| -> Vec<Value> {
        countries
            .iter()
            .map(|(code, name)| json!({ "code": code, "name": name }))
            .collect()
    };
    Ok(Answer::ok(list(&COUNTRIES).into())
        .beside("videos_only_countries", list(&VIDEOS_ONLY_COUNTRIES)))
}

/// `GET /platforms`.
pub fn platforms(_: &mut Workspace, _: &Request, _: &Context) -> Result<Answer, ApiError> {
    Ok(Answer::ok(json!([
        { "code": "tiktok", "name": "TikTok" },
        { "code": "instagram", "name": "Instagram" },
        { "code": "youtube", "name": "YouTube" },
    ])))
}

/// `GET /credit-costs`.
pub fn credit_costs(
    workspace: &mut Workspace,
    _: &Request,
    _: &Context,
) -> Result<Answer, ApiError> {
    let prices = workspace.prices;
    Ok(Answer::ok(json!({
        "costs": {
            "account_creation": { "tiktok": prices.account_creation, "instagram": prices.account_creation, "youtube": 100 },
            "video_upload": prices.video_slot,
            "video_edit": prices.edit_slot,
            "advanced_warming": prices.warming_target,
            "niche_warming": PRICE_NICHE_WARMING,
            "coverage_30_days": 25,
            "credential_reveal": 150,
            "comment_task": 1,
            "profile_edit": 8,
            "ad_code": 7,
            "volume_control": 1,
            "story_repost_link": 1,
            "instant_story_repost": 1,
        },
        "contract_bundle_allowance": null,
    })))
}

/// A country code as it is listed: aliases replaced, in capitals.
pub fn listed_code(text: &str) -> String {
    let wanted = text.trim().to_ascii_uppercase();
    COUNTRY_ALIASES
        .iter()
        .find(|(alias, _)| *alias == wanted)
        .map_or(wanted, |(_, code)| (*code).to_owned())
}

/// The listed code of a country in which a new account can be ordered.
pub fn open_country(text: &str) -> Result<&'static str, ApiError> {
    let wanted = listed_code(text);
    let find = |countries: &[(&'static str, &str)]| {
        countries
            .iter()
            .find(|(code, _)| *code == wanted)
            .map(|(c, _)| *c)
    };
    if let Some(code) = find(&COUNTRIES) {
        return Ok(code);
    }
    let message = if find(&VIDEOS_ONLY_COUNTRIES).is_some() {
        "This country takes videos_only orders only."
    } else {
        "New accounts cannot be ordered for this country; GET /countries lists where they can."
    };
    let enabled: Vec<&str> = COUNTRIES.iter().map(|(code, _)| *code).collect();
    Err(ApiError::new(Code::CountryNotEnabled, message)
        .with("country", text)
        .with("enabled_countries", enabled))
}
