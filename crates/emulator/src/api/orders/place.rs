//! Placing orders: one, many at once, and further slots for an open one.

use serde_json::{Value, json};

use super::bundle::{AccountPart, Bundle, BundleStatus, BundleType, Slot};
use super::terms::{choose, texts};
use crate::answer::Answer;
use crate::api::accounts::Account;
use crate::api::collections::{Shown, overlay};
use crate::api::reference::open_country;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code, check};
use crate::ledger::{Cost, Prices, charge, take_capacity};
use crate::workspace::Workspace;

pub(super) const VIDEOS_MAX: i64 = 500;
/// Video slots that one bulk order may make.
const SLOTS_MAX: i64 = 5_000;
const NICHE_WARMING_PRICE: i64 = 7;

/// `POST /bundles`: charges at once.
pub(crate) fn create(workspace: &mut Workspace, call: &Call) -> Reply {
    let bundle: Bundle = overlay(&Bundle::default(), call)?;
    let (kind, videos) = (bundle.bundle_type, number(call, "videos_quantity"));
    let is_bare = kind == BundleType::AccountOnly;
    let is_late = kind == BundleType::VideosOnly;
    let lacks = |name: &str| call.field(name).is_none_or(|text| text.trim().is_empty());
    #[rustfmt::skip]
    let rules = [
        (is_bare && videos > 0, "videos_quantity", "has to be 0 for account_only"),
        (!is_bare && videos == 0, "videos_quantity", "has to be above 0 for orders with videos"),
        (videos > VIDEOS_MAX, "videos_quantity", "would give the order too many videos"),
        (bundle.edits_quantity > videos, "edits_quantity", "cannot exceed videos_quantity"),
        (is_late && lacks("account_id"), "account_id", "is required for videos_only"),
        (!is_late && lacks("country"), "country", "is required unless the order is videos_only"),
    ];
    check(&rules)?;
    let bundle = complete(workspace, call, bundle)?;
    refuse_twin(workspace, &bundle)?;
    let plan = vec![(bundle.platform.clone(), videos)];
    let (mut placed, cost) = order(workspace, &bundle, plan)?;
    Ok(Answer::created(placed.remove(0)).costing(cost))
}

/// `POST /bundles/bulk`: `accounts_count` orders on each platform, of which `upload_accounts_count` get videos.
pub(crate) fn create_bulk(workspace: &mut Workspace, call: &Call) -> Reply {
    let accounts = number(call, "accounts_count");
    let uploads = number(call, "upload_accounts_count");
    let videos = number(call, "videos_per_account");
    let is_half = (uploads > 0) != (videos > 0);
    let platforms = texts(&call.body["platforms"]);
    let slots = uploads.saturating_mul(videos);
    let slots = slots.saturating_mul(platforms.len() as i64);
    #[rustfmt::skip]
    let rules = [
        (slots > SLOTS_MAX, "videos_per_account", "would make more than 5,000 video slots at once"),
        (uploads > accounts, "upload_accounts_count", "cannot exceed accounts_count"),
        (is_half, "videos_per_account", "and upload_accounts_count have to be both above 0 or both 0"),
    ];
    check(&rules)?;
    let bundle = complete(workspace, call, overlay(&Bundle::default(), call)?)?;
    let mut plan = Vec::new();
    for platform in platforms {
        let videos = (0..accounts).map(|number| if number < uploads { videos } else { 0 });
        plan.extend(videos.map(|videos| (platform.clone(), videos)));
    }
    let (placed, cost) = order(workspace, &bundle, plan)?;
    let total = placed.len();
    Ok(Answer::created(json!({ "bundles": placed, "total_count": total })).costing(cost))
}

/// Orders that were placed, and what they cost.
type Placed = Result<(Vec<Value>, Cost), ApiError>;

/// Places orders that differ in platform and number of videos, all or none.
fn order(workspace: &mut Workspace, bundle: &Bundle, plan: Vec<(String, i64)>) -> Placed {
    let prices = *workspace.part::<Prices>();
    prices.refuse_outdated(workspace.now)?;
    take_capacity(workspace, plan.len())?;
    let accounts = i64::from(bundle.bundle_type != BundleType::VideosOnly);
    let videos: i64 = plan.iter().map(|(_, videos)| videos).sum();
    let warming = bundle.warming.as_ref().map_or(0, |targets| targets.paid);
    let mut cost = Cost::order()
        .plus("account_creation", accounts * prices.account_creation)
        .plus("edit_slots", bundle.edits_quantity * prices.edit_slot)
        .plus("advanced_warming", warming);
    if bundle.niche_warming_instructions.is_some() {
        cost = cost.plus("niche_warming", NICHE_WARMING_PRICE);
    }
    let cost = cost.times(plan.len() as i64);
    let cost = cost.plus("video_slots", videos * prices.video_slot);
    let cost = charge(workspace, cost, "Order placed")?;
    let mut placed = Vec::new();
    for (platform, videos) in plan {
        let mut bundle = bundle.clone();
        bundle.platform = platform;
        placed.push(place(workspace, bundle, videos));
    }
    Ok((placed, cost))
}

/// `POST /bundles/{id}/add-video-slots`. An account_only order becomes one with videos.
pub(crate) fn add_video_slots(workspace: &mut Workspace, call: &Call) -> Reply {
    add(workspace, call, "video_slots")
}

pub(crate) fn add_edit_slots(workspace: &mut Workspace, call: &Call) -> Reply {
    add(workspace, call, "edit_slots")
}

fn add(workspace: &mut Workspace, call: &Call, item: &'static str) -> Reply {
    let mut bundle = workspace.find::<Bundle>(call.id())?;
    if bundle.status == BundleStatus::Completed {
        return Err(bundle.misfit(Code::BundleInvalidStatus, "The bundle is completed."));
    }
    let prices = workspace.part::<Prices>();
    let videos = bundle.videos.len() as i64;
    let (price, room) = match item {
        "video_slots" => (prices.video_slot, VIDEOS_MAX - videos),
        _ => (prices.edit_slot, videos - bundle.edits_quantity),
    };
    let quantity = number(call, "quantity");
    check(&[(quantity > room, "quantity", "is more than fits")])?;
    let cost = Cost::order().plus(item, quantity * price);
    let cost = charge(workspace, cost, "Slots added")?;
    match item {
        "video_slots" => add_slots(workspace, &mut bundle, quantity),
        _ => bundle.edits_quantity += quantity,
    }
    Ok(bundle.answer(workspace)?.costing(cost))
}

fn number(call: &Call, name: &str) -> i64 {
    let number = call.body[name].as_u64().unwrap_or(0);
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Completes an order by its warming and its place: that of the delivered account, or a country that is open.
fn complete(workspace: &Workspace, call: &Call, mut bundle: Bundle) -> Result<Bundle, ApiError> {
    let id = call.field("account_id");
    if bundle.bundle_type == BundleType::VideosOnly {
        let account = workspace.find::<Account>(id.unwrap_or_default())?;
        bundle.platform = account.platform;
        bundle.country = Some(account.country);
        bundle.saved_account_id = Some(account.id);
    } else if id.is_some() {
        let message = "account_id belongs to videos_only; this order makes a new account.";
        return Err(ApiError::new(Code::AccountIdNotAllowed, message));
    } else {
        let country = call.field("country").unwrap_or_default();
        bundle.country = Some(open_country(country)?.to_owned());
    }
    choose(call, &workspace.part::<Prices>(), &mut bundle)?;
    Ok(bundle)
}

/// An order with the same reference, type, platform and country is taken for the same order.
fn refuse_twin(workspace: &Workspace, bundle: &Bundle) -> Result<(), ApiError> {
    let key = |b: &Bundle| json!([b.external_ref, b.bundle_type, b.platform, b.country]);
    let is_named = bundle.external_ref.iter().any(|text| !text.is_empty());
    let bundles = workspace.all::<Bundle>();
    let is_twin = |other: &&Bundle| is_named && key(other) == key(bundle);
    let twin = bundles.iter().find(is_twin);
    let message = "An order with this external_ref exists already. Nothing was charged.";
    let error = ApiError::new(Code::DuplicateAccountBundle, message);
    let refuse = |twin: &Bundle| Err(error.with("existing_bundle_id", twin.id.as_str()));
    twin.map_or(Ok(()), refuse)
}

/// Adds an order with its account part, unless it is videos_only, and video slots. Answers how it is shown.
fn place(workspace: &mut Workspace, mut bundle: Bundle, videos: i64) -> Value {
    if bundle.id.is_empty() {
        bundle.id = workspace.new_id();
    }
    bundle.created_at = workspace.now;
    bundle.review_mode_since = workspace.now;
    if bundle.bundle_type != BundleType::VideosOnly {
        let account = bundle.account.insert(AccountPart::default());
        account.id = workspace.new_id();
    }
    add_slots(workspace, &mut bundle, videos);
    bundle.emit(workspace, "bundle.created");
    let shown = bundle.show(workspace);
    workspace.add(bundle);
    shown
}

fn add_slots(workspace: &mut Workspace, bundle: &mut Bundle, count: i64) {
    if count > 0 && bundle.bundle_type == BundleType::AccountOnly {
        bundle.bundle_type = BundleType::AccountAndVideos;
    }
    for _ in 0..count {
        bundle.videos.push(Slot {
            id: workspace.new_id(),
            position: bundle.videos.len() as u32 + 1,
            ..Slot::default()
        });
    }
}

/// Gives the id of an earlier dry run an order with three video slots to stand for, which waits for its setup.
pub(crate) fn stand_in(workspace: &mut Workspace, id: &str) {
    if workspace.find::<Bundle>(id).is_err() {
        let bundle = Bundle {
            id: id.to_owned(),
            platform: "tiktok".to_owned(),
            ..Bundle::default()
        };
        place(workspace, bundle, 3);
    }
}
