//! Placing an order: rules across fields, price, debit.

use serde::Deserialize;

use crate::answer::Answer;
use crate::decisions::{
    CAPACITY_ORDERS_PER_HOUR, PRICE_ACCOUNT, PRICE_EDIT_SLOT, PRICE_VIDEO_SLOT,
};
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::bundles::{AccountPart, Bundle, BundleStatus, BundleType, Slot, Step};
use crate::resources::credits::Cost;
use crate::resources::reference::open_country;
use crate::resources::warming_choice::{self, WarmingFields};
use crate::time::HOUR;
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
    let warming = warming_choice::choose(std::mem::take(&mut order.warming))?;
    if order.bundle_type == BundleType::VideosOnly
        && (warming.targets.is_some() || warming.niche_instructions.is_some())
    {
        return Err(ApiError::new(
            Code::WarmingConflict,
            "A videos_only order makes no account to warm; a delivered account is warmed with a rewarm.",
        ));
    }
    refuse_duplicate(workspace, &order, &place)?;
    refuse_over_capacity(workspace, context, 1)?;

    let account = if order.bundle_type == BundleType::VideosOnly {
        0
    } else {
        PRICE_ACCOUNT
    };
    let cost = Cost::order()
        .plus("account_creation", account)
        .plus(
            "video_slots",
            order.videos_quantity.saturating_mul(PRICE_VIDEO_SLOT),
        )
        .plus(
            "edit_slots",
            order.edits_quantity.saturating_mul(PRICE_EDIT_SLOT),
        );
    let charge = workspace.charge(context, warming.price(cost), "Order placed")?;

    let id = workspace.new_id(context);
    let videos = (1..=u32::try_from(order.videos_quantity).unwrap_or(0))
        .map(|position| Slot {
            id: workspace.new_id(context),
            position,
            status: Step::Pending,
        })
        .collect();
    let account = (order.bundle_type != BundleType::VideosOnly).then_some(AccountPart {
        status: Step::Pending,
        username: None,
    });
    let bundle = Bundle {
        id,
        bundle_type: order.bundle_type,
        platform: place.platform,
        country: place.country,
        status: BundleStatus::PendingSetup,
        title: order.title,
        external_ref: order.external_ref,
        auto_finalize_videos: order.auto_finalize_videos,
        edits_quantity: order.edits_quantity,
        warming: warming.targets,
        niche_warming_instructions: warming.niche_instructions,
        account,
        videos,
        saved_account_id: place.saved_account_id,
        created_at: context.now,
    };
    let answer = Answer::created(bundle.to_json()).charged(charge);
    workspace.bundles.push(bundle);
    Ok(answer)
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
        _ if order.edits_quantity > order.videos_quantity => Err(ApiError::field(
            "edits_quantity",
            "cannot exceed videos_quantity",
        )),
        _ => Ok(()),
    }
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

/// The second limit: how many orders a workspace may place in a rolling hour.
fn refuse_over_capacity(
    workspace: &Workspace,
    context: &Context,
    wanted: usize,
) -> Result<(), ApiError> {
    let recent: Vec<i64> = workspace
        .bundles
        .iter()
        .map(|bundle| bundle.created_at)
        .filter(|at| *at > context.now - HOUR)
        .collect();
    if recent.len() + wanted <= CAPACITY_ORDERS_PER_HOUR {
        return Ok(());
    }
    let free_at = recent.iter().min().copied().unwrap_or(context.now) + HOUR;
    let seconds = u64::try_from((free_at - context.now) / 1000)
        .unwrap_or(0)
        .max(1);
    Err(ApiError::new(
        Code::CapacityCooldown,
        "The order capacity of this workspace is used up for now.",
    )
    .retry_after(seconds))
}
