//! The first day of a workspace: the same for every fresh emulator, relative to when it starts.

use crate::people::Person;
use crate::resources::accounts::SavedAccount;
use crate::resources::bundles::{AccountPart, Bundle, BundleStatus, BundleType, Slot, Step};
use crate::resources::credits::Cost;
use crate::time::DAY;
use crate::workspace::Workspace;

/// Credits of the promotion that expires soon, part of the first person's balance.
const EXPIRING: i64 = 50;

/// What one delivered account of the demo workspace looks like.
struct Delivered {
    platform: &'static str,
    username: &'static str,
    visible_name: &'static str,
    biography: &'static str,
    country: &'static str,
    days_ago: i64,
}

const DELIVERED: [Delivered; 3] = [
    Delivered {
        platform: "tiktok",
        username: "maple.kitchen",
        visible_name: "Maple Kitchen",
        biography: "Weeknight dinners in 15 minutes",
        country: "USA",
        days_ago: 75,
    },
    Delivered {
        platform: "instagram",
        username: "maple.kitchen.uk",
        visible_name: "Maple Kitchen UK",
        biography: "Weeknight dinners, British larder",
        country: "UK",
        days_ago: 48,
    },
    Delivered {
        platform: "tiktok",
        username: "cuisine.maple",
        visible_name: "Cuisine Maple",
        biography: "Le repas du soir en 15 minutes",
        country: "FR",
        days_ago: 20,
    },
];

/// The workspace of a person on the first day.
pub fn first_day(person: &Person, now: i64) -> Workspace {
    let mut workspace = Workspace::new(person.id);
    if person.id != crate::people::PEOPLE[0].id {
        let id = workspace.ids.next(person.id);
        workspace
            .credits
            .grant(id, now - 10 * DAY, person.credits, None, "Credits bought");
        return workspace;
    }

    let placed = orders(&mut workspace, now);
    let spent: i64 = placed.iter().map(|(_, cost)| cost.total()).sum();
    let id = workspace.ids.next(person.id);
    workspace.credits.grant(
        id,
        now - 90 * DAY,
        person.credits + spent - EXPIRING,
        None,
        "Credits bought",
    );
    for (bundle, cost) in placed {
        let id = workspace.ids.next(person.id);
        // The grant above covers the orders to the credit.
        let _ = workspace
            .credits
            .charge(id, bundle.created_at, cost, "Order placed");
        workspace.bundles.push(bundle);
    }
    let id = workspace.ids.next(person.id);
    workspace.credits.grant(
        id,
        now - DAY,
        EXPIRING,
        Some(now + 5 * DAY),
        "Welcome promotion",
    );
    workspace
}

/// Three delivered orders, then one in each of the stages before delivery, the oldest first.
fn orders(workspace: &mut Workspace, now: i64) -> Vec<(Bundle, Cost)> {
    let mut placed = Vec::new();
    for delivered in DELIVERED {
        let at = now - delivered.days_ago * DAY;
        let mut bundle = order(
            workspace,
            delivered.platform,
            delivered.country,
            5,
            at,
            BundleStatus::Completed,
            Step::Finalized,
        );
        let account = SavedAccount {
            id: workspace.ids.next(&workspace.id.clone()),
            platform: delivered.platform.to_owned(),
            username: delivered.username.to_owned(),
            visible_name: delivered.visible_name.to_owned(),
            biography: delivered.biography.to_owned(),
            country: delivered.country.to_owned(),
            created_at: at + 4 * DAY,
        };
        bundle.title = Some(format!("{} launch", delivered.visible_name));
        bundle.saved_account_id = Some(account.id.clone());
        name_account(&mut bundle, delivered.username);
        workspace.accounts.push(account);
        placed.push(bundle);
    }
    let mut accepted = order(
        workspace,
        "instagram",
        "DE",
        4,
        now - 6 * DAY,
        BundleStatus::Accepted,
        Step::Published,
    );
    accepted.title = Some("Maple Kitchen Germany".to_owned());
    name_account(&mut accepted, "maple.kueche");
    placed.push(accepted);

    let mut waiting = order(
        workspace,
        "tiktok",
        "CA",
        3,
        now - 2 * DAY,
        BundleStatus::PendingSetup,
        Step::Pending,
    );
    waiting.title = Some("Maple Kitchen Canada".to_owned());
    waiting.external_ref = Some("spring-launch-ca".to_owned());
    placed.push(waiting);

    let account_only = order(
        workspace,
        "tiktok",
        "IT",
        0,
        now - DAY,
        BundleStatus::Published,
        Step::Published,
    );
    placed.push(account_only);

    placed
        .into_iter()
        .map(|bundle| {
            let videos = i64::try_from(bundle.videos.len()).unwrap_or(0);
            let cost = Cost::order()
                .plus("account_creation", 32)
                .plus("video_slots", 2 * videos);
            (bundle, cost)
        })
        .collect()
}

fn order(
    workspace: &mut Workspace,
    platform: &str,
    country: &str,
    videos: u32,
    created_at: i64,
    status: BundleStatus,
    step: Step,
) -> Bundle {
    let owner = workspace.id.clone();
    let id = workspace.ids.next(&owner);
    let videos: Vec<Slot> = (1..=videos)
        .map(|position| Slot {
            id: workspace.ids.next(&owner),
            position,
            status: step,
        })
        .collect();
    Bundle {
        id,
        bundle_type: if videos.is_empty() {
            BundleType::AccountOnly
        } else {
            BundleType::AccountAndVideos
        },
        platform: platform.to_owned(),
        country: Some(country.to_owned()),
        status,
        title: None,
        external_ref: None,
        auto_finalize_videos: true,
        edits_quantity: 0,
        warming: None,
        niche_warming_instructions: None,
        account: Some(AccountPart {
            status: step,
            username: None,
        }),
        videos,
        saved_account_id: None,
        created_at,
    }
}

fn name_account(bundle: &mut Bundle, username: &str) {
    if let Some(account) = &mut bundle.account {
        account.username = Some(username.to_owned());
    }
}
