//! Placing many orders at once, all or nothing.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::ApiError;
use crate::events;
use crate::request::{Context, Request};
use crate::resources::bundles::{Bundle, BundleType};
use crate::resources::orders::{fill, price};
use crate::resources::reference::open_country;
use crate::resources::warming_choice::{self, Choice, WarmingFields};
use crate::workspace::Workspace;

#[derive(Deserialize)]
struct Batch {
    platforms: Vec<String>,
    country: String,
    accounts_count: i64,
    upload_accounts_count: i64,
    videos_per_account: i64,
    auto_finalize_videos: bool,
    external_ref: Option<String>,
    #[serde(flatten)]
    warming: WarmingFields,
}

/// `POST /bundles/bulk`: `accounts_count` orders on each platform, of which `upload_accounts_count` get videos.
pub fn create(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let mut batch: Batch = request.body()?;
    check_quantities(&batch)?;
    let country = open_country(&batch.country)?;
    let prices = workspace.prices;
    let warming = warming_choice::choose(std::mem::take(&mut batch.warming), &prices)?;
    let platforms = i64::try_from(batch.platforms.len()).unwrap_or(i64::MAX);
    let accounts = batch.accounts_count * platforms;
    workspace.prices.refuse_outdated(context.now)?;
    workspace
        .capacity
        .take(context.now, usize::try_from(accounts).unwrap_or(usize::MAX))?;

    let slots = batch.upload_accounts_count * platforms * batch.videos_per_account;
    let one_account = warming.price(price(&prices, true, 0, 0));
    let cost = one_account
        .times(accounts)
        .plus("video_slots", slots * prices.video_slot);
    let charge = workspace.charge(context, cost, "Orders placed in bulk")?;

    let mut placed: Vec<Value> = Vec::new();
    for platform in &batch.platforms {
        for number in 0..batch.accounts_count {
            let videos = if number < batch.upload_accounts_count {
                batch.videos_per_account
            } else {
                0
            };
            let bundle = one(
                workspace, context, &batch, &warming, platform, country, videos,
            );
            placed.push(bundle.to_json());
            events::emit(workspace, "bundle.created", bundle.event_data(None));
            workspace.bundles.push(bundle);
        }
    }
    let total = placed.len();
    Ok(Answer::created(json!({ "bundles": placed, "total_count": total })).charged(charge))
}

fn check_quantities(batch: &Batch) -> Result<(), ApiError> {
    if batch.upload_accounts_count > batch.accounts_count {
        return Err(ApiError::field(
            "upload_accounts_count",
            "cannot exceed accounts_count",
        ));
    }
    if (batch.upload_accounts_count > 0) != (batch.videos_per_account > 0) {
        return Err(ApiError::field(
            "videos_per_account",
            "and upload_accounts_count have to be both above 0 or both 0",
        ));
    }
    Ok(())
}

fn one(
    workspace: &mut Workspace,
    context: &Context,
    batch: &Batch,
    warming: &Choice,
    platform: &str,
    country: &str,
    videos: i64,
) -> Bundle {
    let bundle_type = if videos > 0 {
        BundleType::AccountAndVideos
    } else {
        BundleType::AccountOnly
    };
    let id = workspace.new_id(context);
    let mut bundle = Bundle {
        country: Some(country.to_owned()),
        external_ref: batch.external_ref.clone(),
        auto_finalize_videos: batch.auto_finalize_videos,
        warming: warming.targets.clone(),
        niche_warming_instructions: warming.niche_instructions.clone(),
        ..Bundle::new(id, bundle_type, platform, context.now)
    };
    fill(workspace, context, &mut bundle, true, videos);
    bundle
}
