//! Figures of delivered accounts and their posts. Nothing of a series is stored: a figure is a function of the account,
//! the post and the moment it was collected, so every view adds up to the same totals.

pub mod accounts;
pub mod comments;
pub mod contract;
pub mod dashboard;
pub mod export;
pub mod model;
pub mod period;
pub mod posts;
pub mod raw;
pub mod refresh;
pub mod report;
pub mod selection;
pub mod series;
pub mod shared_reports;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::decisions::{ANALYTICS_CONTRACT, STARTER_WORKSPACES};
use crate::error::{ApiError, Code};
use crate::resources::analytics::shared_reports::SharedReport;
use crate::workspace::Workspace;

/// What a workspace did with analytics.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Month of the count below, such as `2026-11`.
    pub month: String,
    /// Refreshes accepted in that month.
    pub refreshes: u32,
    /// Reports with a link, the oldest first.
    pub reports: Vec<SharedReport>,
}

/// A plan, the smallest first. (That there are these, and which view needs which, is stated.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plan {
    /// Totals only.
    Starter,
    /// Series, exports and reports.
    Creator,
    /// Everything.
    MarketerFarmer,
}

impl Plan {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Creator => "creator",
            Self::MarketerFarmer => "marketer_farmer",
        }
    }
}

impl Workspace {
    fn plan(&self) -> Plan {
        if STARTER_WORKSPACES.contains(&self.id.as_str()) {
            Plan::Starter
        } else {
            Plan::MarketerFarmer
        }
    }

    fn require_plan(&self, required: Plan) -> Result<(), ApiError> {
        let plan = self.plan();
        if plan >= required {
            return Ok(());
        }
        Err(ApiError::new(
            Code::AnalyticsPlanRequired,
            "The plan of this workspace does not include this view.",
        )
        .with("plan", plan.as_str())
        .with("required_plan", required.as_str()))
    }
}

/// `access` of an answer.
fn access(workspace: &Workspace) -> Value {
    let plan = workspace.plan();
    let (level, reason) = if plan == Plan::MarketerFarmer {
        ("full", "The plan includes all analytics.")
    } else {
        (
            "limited",
            "The plan includes totals; posts, audience, series and exports need a higher one.",
        )
    };
    json!({ "level": level, "planTier": plan.as_str(), "reason": reason })
}

/// Names the contract, as every v2 answer does.
fn v2(mut answer: Answer) -> Answer {
    answer.headers.push((
        "x-tokportal-analytics-contract",
        ANALYTICS_CONTRACT.to_owned(),
    ));
    answer
}
