//! The state of one workspace: the document that is read, changed by a handler, and written back as a whole.

use serde::{Deserialize, Serialize};

use crate::error::{ApiError, Code};
use crate::events::Event;
use crate::idempotency::Kept;
use crate::ids::{self, Ids};
use crate::people::PEOPLE;
use crate::request::Context;
use crate::resources::analytics::Usage;
use crate::resources::bans::Ban;
use crate::resources::bundles::Bundle;
use crate::resources::capacity::Capacity;
use crate::resources::comments::Task;
use crate::resources::credits::Ledger;
use crate::resources::lifecycle;
use crate::resources::prices::Prices;
use crate::resources::profile::Settings;
use crate::resources::saved_accounts::SavedAccount;
use crate::resources::uploads::Uploads;
use crate::resources::warming_sessions::Session;
use crate::resources::webhooks::Webhooks;
use crate::resources::{ban_course, comments, coverage, edit_requests};

/// Everything a workspace owns. Absent fields take their default, so that a state written by an older build loads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    /// Id of the workspace, which is its owner's.
    pub id: String,
    /// Source of the ids of new objects.
    pub ids: Ids,
    /// The time of what is happening: the request's, or an earlier one while the past is caught up with.
    #[serde(skip)]
    pub clock: i64,
    /// What the workspace says about itself.
    #[serde(default)]
    pub settings: Settings,
    /// Credits and their history.
    #[serde(default)]
    pub credits: Ledger,
    /// Orders, the oldest first.
    #[serde(default)]
    pub bundles: Vec<Bundle>,
    /// Delivered accounts, the oldest first.
    #[serde(default)]
    pub accounts: Vec<SavedAccount>,
    /// Ban reports, the oldest first.
    #[serde(default)]
    pub bans: Vec<Ban>,
    /// Refreshes used and reports made.
    #[serde(default)]
    pub analytics: Usage,
    /// Warming runs, the oldest first.
    #[serde(default)]
    pub warming: Vec<Session>,
    /// Comment tasks, the oldest first.
    #[serde(default)]
    pub comments: Vec<Task>,
    /// Webhook endpoints, and what they were sent.
    #[serde(default)]
    pub webhooks: Webhooks,
    /// What uploads need.
    #[serde(default)]
    pub uploads: Uploads,
    /// What orders cost here.
    #[serde(default)]
    pub prices: Prices,
    /// Order capacity that was used.
    #[serde(default)]
    pub capacity: Capacity,
    /// What happened, the oldest first.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Answers kept for replays.
    #[serde(default)]
    pub idempotency: Kept,
}

/// What time brings beside the course of the orders, a function a resource. Each says whether it changed anything, and must
/// not depend on how often it runs.
const TICKS: &[fn(&mut Workspace, i64) -> bool] = &[
    ban_course::tick,
    coverage::tick,
    edit_requests::tick,
    comments::tick,
];

impl Workspace {
    /// An empty workspace.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ids: Ids::default(),
            clock: 0,
            settings: Settings::default(),
            credits: Ledger::default(),
            bundles: Vec::new(),
            accounts: Vec::new(),
            bans: Vec::new(),
            analytics: Usage::default(),
            warming: Vec::new(),
            comments: Vec::new(),
            webhooks: Webhooks::default(),
            uploads: Uploads::default(),
            prices: Prices::default(),
            capacity: Capacity::default(),
            events: Vec::new(),
            idempotency: Kept::default(),
        }
    }

    /// Lets everything happen that was due by `now`; says whether anything did.
    ///
    /// It runs before every request, so that time passes for readers and writers alike. The parts must not depend on
    /// how often it runs.
    pub fn settle(&mut self, now: i64) -> bool {
        self.clock = now;
        let played = lifecycle::settle(self, now);
        let passed = self.pass_time(now);
        let forgotten = self.idempotency.settle(now);
        self.clock = now;
        played || passed || forgotten
    }

    /// Lets everything happen that was due by a moment, except in orders: those call this as they go along, so that a ban
    /// or the end of Coverage comes before what it prevents. Says whether anything happened.
    pub fn pass_time(&mut self, until: i64) -> bool {
        let mut changed = self.credits.settle(until, &mut self.ids, &self.id);
        for tick in TICKS {
            changed |= tick(self, until);
        }
        changed
    }

    /// A fresh id: of this workspace, or a synthetic one in a dry run.
    pub fn new_id(&mut self, context: &Context) -> String {
        if context.dry_run {
            self.ids.synthetic()
        } else {
            self.ids.next(&self.id)
        }
    }

    /// The bundle with this id.
    pub fn bundle(&mut self, id: &str) -> Result<&mut Bundle, ApiError> {
        let missing = self.missing(id, Code::BundleNotFound, Code::BundleNotOwned, "bundle");
        self.bundles
            .iter_mut()
            .find(|bundle| bundle.id.eq_ignore_ascii_case(id))
            .ok_or(missing)
    }

    /// The delivered account with this id.
    pub fn account(&mut self, id: &str) -> Result<&mut SavedAccount, ApiError> {
        let missing = self.missing(
            id,
            Code::SavedAccountNotFound,
            Code::SavedAccountNotOwned,
            "delivered account",
        );
        self.accounts
            .iter_mut()
            .find(|account| account.id.eq_ignore_ascii_case(id))
            .ok_or(missing)
    }

    /// The error for an id that is not in this workspace: an id carries its owner, so somebody else's is told apart.
    pub fn missing(&self, id: &str, not_found: Code, not_owned: Code, what: &str) -> ApiError {
        let foreign = PEOPLE
            .iter()
            .any(|person| person.id != self.id && ids::is_of(id, person.id));
        if foreign {
            ApiError::new(
                not_owned,
                format!("This {what} belongs to another workspace."),
            )
        } else {
            ApiError::new(not_found, format!("There is no {what} with this id."))
        }
    }
}
