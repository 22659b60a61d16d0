//! The first day of a workspace. It is played: these calls were made at these times before it, and the clock did the
//! rest. So credits, orders, accounts and figures fit together.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Body;
use crate::api::accounts::Account;
use crate::api::accounts::bans::{self, Report, Status};
use crate::call::Call;
use crate::contract::{Operation, check_body};
use crate::ledger::{self, Capacity};
use crate::people::{PEOPLE, Person};
use crate::time::{DAY, HOUR, MINUTE, Time};
use crate::workspace::Workspace;
use crate::{api, clock};

/// Credits of the promotion that expires soon, part of the first person's balance.
const EXPIRING: i64 = 50;
/// What the calls below cost.
const SPENT: i64 = 261;
/// An account that is older was delivered before the pricing cutoff.
const CUTOFF_DAYS: i64 = 60;

/// An order of the first day.
struct Order {
    title: &'static str,
    platform: &'static str,
    country: &'static str,
    /// Handle, display name and profile text; none while the order waits for them.
    profile: Option<[&'static str; 3]>,
    videos: u32,
    placed_days_ago: i64,
    /// How many days after the order its first video is posted.
    first_video: i64,
}

#[rustfmt::skip]
const ORDERS: [Order; 6] = [
    Order { title: "Maple Kitchen launch", platform: "tiktok", country: "USA", profile: Some(["maple.kitchen", "Maple Kitchen", "Weeknight dinners in 15 minutes"]), videos: 5, placed_days_ago: 75, first_video: 4 },
    Order { title: "Maple Kitchen UK launch", platform: "instagram", country: "UK", profile: Some(["maple.kitchen.uk", "Maple Kitchen UK", "Weeknight dinners, British larder"]), videos: 5, placed_days_ago: 48, first_video: 4 },
    Order { title: "Cuisine Maple launch", platform: "tiktok", country: "FR", profile: Some(["cuisine.maple", "Cuisine Maple", "Le repas du soir en 15 minutes"]), videos: 5, placed_days_ago: 20, first_video: 4 },
    Order { title: "Maple Kitchen Germany", platform: "instagram", country: "DE", profile: Some(["maple.kueche", "Maple Küche", "Abendessen in 15 Minuten"]), videos: 4, placed_days_ago: 6, first_video: 10 },
    Order { title: "Maple Kitchen Canada", platform: "tiktok", country: "CA", profile: None, videos: 3, placed_days_ago: 2, first_video: 0 },
    Order { title: "Maple Cucina", platform: "tiktok", country: "IT", profile: Some(["maple.cucina", "Maple Cucina", "La cena in 15 minuti"]), videos: 0, placed_days_ago: 1, first_video: 0 },
];

/// Captions of the videos, in turn.
const CAPTIONS: [&str; 5] = [
    "One-pot pasta in 15 minutes #dinner",
    "Three sauces, one pan #easyrecipes",
    "What to cook when the fridge is empty",
    "Crispy potatoes without a fryer",
    "Sunday meal prep for the whole week #mealprep",
];

/// What a workspace can look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scenario {
    FirstDay,
    /// Credits and nothing else.
    Empty,
    /// The first day with 3 credits.
    Poor,
    /// The first day, but Coverage of every account lapsed.
    Lapsed,
    /// The first day, but every account is reported as banned.
    Banned,
}

/// A workspace in a scenario.
pub(crate) fn scene(scenario: Scenario, person: &'static Person, now: Time) -> Workspace {
    if scenario == Scenario::Empty {
        let mut workspace = Workspace::new(person.id, now, BTreeMap::new());
        ledger::grant(&mut workspace, person.credits, None, "Credits bought");
        return workspace;
    }
    let mut workspace = first_day(person, now);
    let accounts = workspace.all::<Account>();
    match scenario {
        Scenario::FirstDay | Scenario::Empty => {}
        Scenario::Poor => ledger::set_balance(&mut workspace, 3),
        Scenario::Lapsed => {
            for account in workspace.all_mut::<Account>() {
                if let Some(coverage) = &mut account.coverage {
                    coverage.period_end = now - 10 * DAY;
                }
            }
        }
        Scenario::Banned => {
            for account in accounts.iter() {
                bans::report(&mut workspace, &account.id, &Report::default());
            }
        }
    }
    workspace
}

/// The workspace of a person on the first day.
pub(crate) fn first_day(person: &'static Person, now: Time) -> Workspace {
    let mut workspace = Workspace::new(person.id, now - 90 * DAY, BTreeMap::new());
    if person.id != PEOPLE[0].id {
        ledger::grant(&mut workspace, person.credits, None, "Credits bought");
        workspace.now = now;
        return workspace;
    }
    let bought = person.credits + SPENT - EXPIRING;
    ledger::grant(&mut workspace, bought, None, "Credits bought");
    let mut play = Play { workspace, person };
    for order in &ORDERS[..3] {
        let id = play.place(order, now);
        play.publish(&id, play.workspace.now);
    }
    play.coverage(now);
    let [germany, _, italy] = [3, 4, 5].map(|index| play.place(&ORDERS[index], now));
    let (workspace, expiry) = (&mut play.workspace, Some(now + 5 * DAY));
    ledger::grant(workspace, EXPIRING, expiry, "Welcome promotion");
    play.publish(&germany, now - 2 * HOUR);
    play.publish(&italy, now - 30 * MINUTE);
    play.at(now);
    // The demo begins with its full capacity.
    *play.workspace.part_mut() = Capacity::default();
    play.workspace
}

/// Makes calls at moments of the past.
struct Play {
    workspace: Workspace,
    person: &'static Person,
}

impl Play {
    /// Lets time pass.
    fn at(&mut self, moment: Time) {
        self.workspace.now = moment;
        clock::run(&mut self.workspace);
    }

    /// Places an order and configures it; returns its id.
    fn place(&mut self, order: &Order, now: Time) -> String {
        let placed_at = now - order.placed_days_ago * DAY;
        self.at(placed_at);
        let kinds = ["account_only", "account_and_videos"];
        let mut body = json!({
            "bundle_type": kinds[usize::from(order.videos > 0)],
            "platform": order.platform,
            "country": order.country,
            "title": order.title,
            "videos_quantity": order.videos,
        });
        if order.profile.is_none() {
            body["external_ref"] = "spring-launch-ca".into();
        }
        let placed = self.call("createBundle", &[], body);
        let id = placed["id"].as_str().unwrap_or_default().to_owned();
        let Some([username, visible_name, biography]) = order.profile else {
            return id;
        };
        let profile = json!({
            "username": username,
            "visible_name": visible_name,
            "biography": biography,
            "profile_picture_url": format!("profile-pictures/{username}.jpg"),
        });
        self.call("configureBundleAccount", &[("id", &id)], profile);
        for position in 1..=order.videos {
            let day = placed_at + (order.first_video + i64::from(position) - 1) * DAY;
            let mut video = json!({
                "video_type": "video",
                "target_publish_date": day.date(),
                "description": CAPTIONS[(position as usize - 1) % CAPTIONS.len()],
                "video_url": format!("https://media.example.com/maple/{}-{position}.mp4", order.platform),
            });
            if order.platform == "instagram" {
                video["instagram_content_type"] = "reel".into();
            }
            let path = [("id", id.as_str()), ("position", &position.to_string())];
            self.call("configureBundleVideo", &path, video);
        }
        id
    }

    fn publish(&mut self, id: &str, at: Time) {
        self.at(at);
        self.call("publishBundle", &[("id", id)], Value::Null);
    }

    /// The oldest account is from before the cutoff; the second one's Coverage was renewed, and a ban report about it
    /// came to nothing.
    fn coverage(&mut self, now: Time) {
        self.at(now - 17 * DAY);
        let accounts = self.workspace.all::<Account>();
        for account in accounts.iter() {
            if account.created_at < now - CUTOFF_DAYS * DAY {
                if let Ok(account) = self.workspace.find_mut::<Account>(&account.id) {
                    account.coverage = None;
                }
            } else if account.platform == "instagram" {
                let path = [("id", account.id.as_str())];
                let body = json!({ "goal": "Answer questions about recipes" });
                self.call("updateAccountCommentingProfile", &path, body);
                let (status, resolution) = (Status::AppealAccepted, None);
                let report = Report { status, resolution };
                bans::report(&mut self.workspace, &account.id, &report);
            }
        }
        for account in self.workspace.all_mut::<Account>() {
            account.comments_at = Some(now - DAY);
        }
    }

    /// Calls an operation and returns `data`.
    fn call(
        &mut self,
        operation: &'static str,
        path: &[(&'static str, &str)],
        mut body: Value,
    ) -> Value {
        let problems = check_body(operation, &mut body);
        debug_assert!(problems.is_empty(), "{operation}: {problems:?}");
        let known = Operation::of(operation);
        let path = path.iter();
        let path = path.map(|(name, value)| (*name, (*value).to_owned()));
        let call = Call {
            operation: known.expect("the document has it; a test plays the first day"),
            path: path.collect(),
            query: serde_json::Map::new(),
            body,
            form: None,
            now: self.workspace.now,
            dry_run: false,
            person: self.person,
            public_url: String::new(),
            entropy: [0; 32],
            secrets: Cell::new(0),
        };
        match api::handler(operation)(&mut self.workspace, &call).map(|answer| answer.body) {
            Ok(Body::Json(mut members)) => members.remove("data").unwrap_or_default(),
            outcome => {
                debug_assert!(outcome.is_ok(), "{operation}: {outcome:?}");
                Value::Null
            }
        }
    }
}
