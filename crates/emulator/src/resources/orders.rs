//! Placing an order: rules across fields, price, debit.

use serde::Deserialize;

use crate::answer::Answer;
use crate::decisions::VIDEOS_MAX;
use crate::error::{ApiError, Code};
use crate::events;
use crate::request::{Context, Request};
use crate::resources::bundles::{AccountPart, Bundle, BundleStatus, BundleType, Slot};
use crate::resources::credits::Cost;
use crate::resources::prices::Prices;
use crate::resources::reference::open_country;
use crate::resources::warming_choice::{self, WarmingFields};
use crate::workspace::Workspace;

#[derive(Deserialize)]
struct Order {
    bundle_type: BundleType,
    platform: String,
    country: Option<String>,
    account_id: Option<String>,
    title: Option<String>,
    #[serde(default)]
    videos_quantity: i64,
    #[serde(default)]
    edits_quantity: i64,
    auto_finalize_videos: bool,
    external_ref: Option<String>,
    #[serde(flatten)]
    warming: WarmingFields,
}

/// Where the order's work happens.
struct Place {
    platform: String,
    country: Option<String>,
    saved_account_id: Option<String>,
}

/// `POST /bundles`: debits at once.
pub fn create(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let mut order: Order = request.body()?;
    check_quantities(&order)?;
    let place = place(workspace, &order)?;
    let warming = warming_choice::choose(std::mem::take(&mut order.warming), &workspace.prices)?;
    if order.bundle_type == BundleType::VideosOnly
        && (warming.targets.is_some() || warming.niche_instructions.is_some())
    {
        return Err(ApiError::new(
            Code::WarmingConflict,
            "A videos_only order makes no account to warm; a delivered account is warmed with a rewarm.",
        ));
    }
    refuse_duplicate(workspace, &order, &place)?;
    workspace.prices.refuse_outdated(context.now)?;
    workspace.capacity.take(context.now, 1)?;

    let has_account = order.bundle_type != BundleType::VideosOnly;
    let (videos, edits) = (order.videos_quantity, order.edits_quantity);
    let cost = warming.price(price(&workspace.prices, has_account, videos, edits));
    let charge = workspace.charge(context, cost, "Order placed")?;

    let id = workspace.new_id(context);
    let mut bundle = Bundle {
        country: place.country,
        title: order.title,
        external_ref: order.external_ref,
        auto_finalize_videos: order.auto_finalize_videos,
        edits_quantity: edits,
        warming: warming.targets,
        niche_warming_instructions: warming.niche_instructions,
        saved_account_id: place.saved_account_id,
        ..Bundle::new(id, order.bundle_type, &place.platform, context.now)
    };
    fill(workspace, context, &mut bundle, has_account, videos);
    events::emit(workspace, "bundle.created", bundle.event_data(None));
    let answer = Answer::created(bundle.to_json()).charged(charge);
    workspace.bundles.push(bundle);
    Ok(answer)
}

/// What an account with videos costs, without its warming.
pub(super) fn price(prices: &Prices, has_account: bool, videos: i64, edits: i64) -> Cost {
    let account = if has_account {
        prices.account_creation
    } else {
        0
    };
    Cost::order()
        .plus("account_creation", account)
        .plus("video_slots", videos.saturating_mul(prices.video_slot))
        .plus("edit_slots", edits.saturating_mul(prices.edit_slot))
}

/// Gives a new order its account part and appends video slots.
pub(super) fn fill(
    workspace: &mut Workspace,
    context: &Context,
    bundle: &mut Bundle,
    has_account: bool,
    videos: i64,
) {
    if has_account {
        bundle.account = Some(AccountPart::new(workspace.new_id(context), context.now));
    }
    let first = bundle.videos.len() + 1;
    let count = usize::try_from(videos).unwrap_or(0);
    for position in first..first + count {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        let slot = Slot::new(workspace.new_id(context), position, context.now);
        bundle.videos.push(slot);
    }
}

fn check_quantities(order: &Order) -> Result<(), ApiError> {
    match order.bundle_type {
        BundleType::AccountOnly if order.videos_quantity > 0 => Err(ApiError::field(
            "videos_quantity",
            "has to be 0 for account_only",
        )),
        BundleType::AccountAndVideos | BundleType::VideosOnly if order.videos_quantity == 0 => {
            Err(ApiError::field(
                "videos_quantity",
                "has to be above 0 for orders with videos",
            ))
        }
        _ if order.videos_quantity > VIDEOS_MAX => Err(too_many_videos("videos_quantity")),
        _ if order.edits_quantity > order.videos_quantity => Err(ApiError::field(
            "edits_quantity",
            "cannot exceed videos_quantity",
        )),
        _ => Ok(()),
    }
}

/// The error for more video slots than an order can have.
pub(super) fn too_many_videos(field: &str) -> ApiError {
    ApiError::field(
        field,
        &format!("would give the order more than {VIDEOS_MAX} videos"),
    )
}

fn place(workspace: &mut Workspace, order: &Order) -> Result<Place, ApiError> {
    match (order.bundle_type, &order.account_id) {
        (BundleType::VideosOnly, None) => {
            Err(ApiError::field("account_id", "is required for videos_only"))
        }
        (BundleType::VideosOnly, Some(id)) => workspace.account(id).map(|account| Place {
            platform: account.platform.clone(),
            country: Some(account.country.clone()),
            saved_account_id: Some(account.id.clone()),
        }),
        (_, Some(_)) => Err(ApiError::new(
            Code::AccountIdNotAllowed,
            "account_id belongs to videos_only orders; this order makes a new account.",
        )),
        (_, None) => {
            let country = order.country.as_deref().unwrap_or_default();
            if country.trim().is_empty() {
                return Err(ApiError::field(
                    "country",
                    "is required unless the order is videos_only",
                ));
            }
            Ok(Place {
                platform: order.platform.clone(),
                country: Some(open_country(country)?.to_owned()),
                saved_account_id: None,
            })
        }
    }
}

/// An open order with the same reference, type, platform and place is taken for the same order.
fn refuse_duplicate(workspace: &Workspace, order: &Order, place: &Place) -> Result<(), ApiError> {
    let Some(external_ref) = order
        .external_ref
        .as_deref()
        .filter(|text| !text.is_empty())
    else {
        return Ok(());
    };
    let twin = workspace.bundles.iter().find(|bundle| {
        bundle.external_ref.as_deref() == Some(external_ref)
            && bundle.bundle_type == order.bundle_type
            && bundle.platform == place.platform
            && bundle.country == place.country
            && !matches!(
                bundle.status,
                BundleStatus::Cancelled | BundleStatus::Archived
            )
    });
    match twin {
        None => Ok(()),
        Some(bundle) => Err(ApiError::new(
            Code::DuplicateAccountBundle,
            "An order with this external_ref exists already. Nothing was charged.",
        )
        .with("existing_bundle_id", bundle.id.as_str())),
    }
}
