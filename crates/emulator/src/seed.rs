//! The first day of a workspace: the same for every fresh emulator, relative to when it starts.

use crate::people::Person;
use crate::resources::bundles::{Bundle, BundleStatus};
use crate::resources::credits::Cost;
use crate::seed_accounts;
use crate::seed_orders::{Plan, order};
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
    let renewals = seed_accounts::renewals(&workspace);
    let spent = placed.iter().map(|(_, cost)| cost.total()).sum::<i64>()
        + renewals.iter().map(|(_, credits)| credits).sum::<i64>();
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
    for (at, credits) in renewals {
        let id = workspace.ids.next(person.id);
        let cost = Cost::default().plus("coverage_renewal", credits);
        let _ = workspace.credits.charge(id, at, cost, "Coverage renewed");
    }
    if let Some(account) = workspace.accounts.get(1) {
        let ban = seed_accounts::appealed(&mut workspace.ids, person.id, account, now);
        workspace.bans.push(ban);
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
        let plan = Plan {
            platform: delivered.platform,
            country: delivered.country,
            username: Some(delivered.username),
            visible_name: delivered.visible_name,
            biography: delivered.biography,
            videos: 5,
            created_at: at,
            status: BundleStatus::Completed,
        };
        let mut bundle = order(workspace, &plan, now);
        let account = seed_accounts::account(workspace, &plan, &bundle.id, at + 4 * DAY, now);
        bundle.title = Some(format!("{} launch", delivered.visible_name));
        bundle.saved_account_id = Some(account.id.clone());
        workspace.accounts.push(account);
        placed.push(bundle);
    }
    let accepted = Plan {
        platform: "instagram",
        country: "DE",
        username: Some("maple.kueche"),
        visible_name: "Maple Küche",
        biography: "Abendessen in 15 Minuten",
        videos: 4,
        created_at: now - 6 * DAY,
        status: BundleStatus::Accepted,
    };
    let mut accepted = order(workspace, &accepted, now);
    accepted.title = Some("Maple Kitchen Germany".to_owned());
    placed.push(accepted);

    let waiting = Plan {
        platform: "tiktok",
        country: "CA",
        username: None,
        visible_name: "",
        biography: "",
        videos: 3,
        created_at: now - 2 * DAY,
        status: BundleStatus::PendingSetup,
    };
    let mut waiting = order(workspace, &waiting, now);
    waiting.title = Some("Maple Kitchen Canada".to_owned());
    waiting.external_ref = Some("spring-launch-ca".to_owned());
    placed.push(waiting);

    let account_only = Plan {
        platform: "tiktok",
        country: "IT",
        username: Some("maple.cucina"),
        visible_name: "Maple Cucina",
        biography: "La cena in 15 minuti",
        videos: 0,
        created_at: now - DAY,
        status: BundleStatus::Published,
    };
    placed.push(order(workspace, &account_only, now));

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
