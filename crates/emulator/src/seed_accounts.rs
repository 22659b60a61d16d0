//! The delivered accounts of the first day: one from before the pricing cutoff, one whose Coverage was renewed, one in its
//! included period; and a ban report that came to nothing.

use crate::ids::Ids;
use crate::resources::analytics::refresh::Collection;
use crate::resources::bans::{Ban, Course, Status};
use crate::resources::coverage::{self, Coverage};
use crate::resources::saved_accounts::SavedAccount;
use crate::seed_orders::Plan;
use crate::time::DAY;
use crate::workspace::Workspace;

/// An account older than this was made before the cutoff.
const CUTOFF_DAYS: i64 = 60;

/// The account of a completed order, delivered at `at`.
pub(crate) fn account(
    workspace: &mut Workspace,
    plan: &Plan,
    bundle_id: &str,
    at: i64,
    now: i64,
) -> SavedAccount {
    let username = plan.username.unwrap_or_default();
    let age = (now - at) / DAY;
    let mut coverage = (age < CUTOFF_DAYS).then(|| Coverage::included(at));
    if let Some(coverage) = &mut coverage
        && coverage.period_expired(now)
    {
        coverage.renew(coverage.period_end);
    }
    SavedAccount {
        id: workspace.ids.next(&workspace.id.clone()),
        platform: plan.platform.to_owned(),
        username: username.to_owned(),
        visible_name: plan.visible_name.to_owned(),
        biography: plan.biography.to_owned(),
        country: plan.country.to_owned(),
        profile_picture_url: Some(format!("profile-pictures/{username}.jpg")),
        bundle_id: Some(bundle_id.to_owned()),
        created_at: at,
        coverage,
        collection: Collection {
            refreshed_at: None,
            comments_at: Some(now - DAY),
        },
        ..SavedAccount::default()
    }
}

/// What the renewals so far have cost: when, and how much.
pub(crate) fn renewals(workspace: &Workspace) -> Vec<(i64, i64)> {
    workspace
        .accounts
        .iter()
        .filter_map(|account| account.coverage.as_ref())
        .filter(|record| record.recorded == coverage::Status::Active)
        .map(|record| {
            (
                record.period_end - crate::decisions::COVERAGE_PERIOD_MS,
                record.rate,
            )
        })
        .collect()
}

/// A report whose appeal was accepted: the account was kept.
pub(crate) fn appealed(ids: &mut Ids, owner: &str, account: &SavedAccount, now: i64) -> Ban {
    let reported_at = now - 20 * DAY;
    Ban {
        id: ids.next(owner),
        account_id: account.id.clone(),
        username: account.username.clone(),
        platform: account.platform.clone(),
        bundle_id: account.bundle_id.clone(),
        status: Status::AppealAccepted,
        banned_at: reported_at,
        reported_at,
        decided_at: Some(reported_at + crate::decisions::BAN_APPEAL_TAKES_MS),
        settlement: None,
        excluded: None,
        course: Course {
            appeal_succeeds: true,
            ..Course::default()
        },
    }
}
