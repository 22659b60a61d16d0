//! How bans go: accounts are reported, appeals are decided, and validated bans are settled with credits, another account
//! or nothing.

use serde_json::{Value, json};

use crate::decisions::{
    BAN_AFTER_MS, BAN_APPEAL_TAKES_MS, BAN_CLAIM_MS, BAN_SETTLEMENT_TAKES_MS, BAN_WORD,
    RESTORED_CREDITS_LIFE_MS,
};
use crate::events::emit;
use crate::resources::bans::{Ban, Course, Outcome, Settlement, Status};
use crate::resources::saved_accounts::{self, Delivery, SavedAccount};
use crate::resources::{coverage, edit_requests};
use crate::time;
use crate::workspace::Workspace;

/// Reports an account as banned, unless it is lost or under appeal already.
pub fn report(workspace: &mut Workspace, account_id: &str, at: i64, course: Course) {
    let under_appeal = workspace
        .bans
        .iter()
        .any(|ban| ban.account_id == account_id && ban.status == Status::AppealPending);
    let id = workspace.ids.next(&workspace.id.clone());
    let Some(account) = workspace
        .accounts
        .iter_mut()
        .find(|account| account.id == account_id)
        .filter(|account| !under_appeal && account.banned_at.is_none())
    else {
        return;
    };
    let banned_at = at - course.reported_late_by_ms.max(0);
    let ban = Ban {
        id,
        account_id: account.id.clone(),
        username: account.username.clone(),
        platform: account.platform.clone(),
        bundle_id: account.bundle_id.clone(),
        status: if course.appeal {
            Status::AppealPending
        } else {
            Status::NoAppealBanned
        },
        banned_at,
        reported_at: at,
        decided_at: (!course.appeal).then_some(at),
        settlement: None,
        excluded: exclusion(account, banned_at, at),
        course,
    };
    let (validated, data) = (ban.is_validated(), ban.event_data());
    // The scan saw it first; a report under appeal is not a ban yet.
    account.detected_banned_at = Some(banned_at);
    workspace.bans.push(ban);
    workspace.clock = at;
    if validated {
        take_away(workspace, account_id, banned_at, at, data);
    } else {
        emit(workspace, "account.ban_appeal.submitted", data);
    }
}

/// Why a ban is not compensated, if it is not: Coverage was off, the login was disclosed, or the claim is late.
fn exclusion(account: &SavedAccount, banned_at: i64, reported_at: i64) -> Option<String> {
    let reason = if account.revealed.is_some() {
        "credentials_revealed"
    } else if account
        .coverage
        .as_ref()
        .is_none_or(|coverage| !coverage.allows_work(banned_at))
    {
        "coverage_not_active"
    } else if reported_at - banned_at > BAN_CLAIM_MS {
        "claim_too_late"
    } else {
        return None;
    };
    Some(reason.to_owned())
}

/// A validated ban: the account is lost.
fn take_away(workspace: &mut Workspace, account_id: &str, banned_at: i64, now: i64, data: Value) {
    if let Ok(account) = workspace.account(account_id) {
        account.banned_at = Some(banned_at);
        account.updated_at = Some(now);
    }
    edit_requests::withdraw(workspace, account_id, now);
    emit(workspace, "account.banned", data);
    coverage::end(workspace, account_id, "account_banned", now);
}

/// New reports, decided appeals, settlements.
pub fn tick(workspace: &mut Workspace, now: i64) -> bool {
    let fated: Vec<(String, i64)> = workspace
        .accounts
        .iter()
        .filter(|account| account.username.contains(BAN_WORD) && account.banned_at.is_none())
        .filter(|account| {
            workspace
                .bans
                .iter()
                .all(|ban| ban.account_id != account.id)
        })
        .map(|account| (account.id.clone(), account.named_at() + BAN_AFTER_MS))
        .filter(|(_, at)| *at <= now)
        .collect();
    let mut changed = !fated.is_empty();
    for (id, at) in fated {
        report(workspace, &id, at, Course::default());
    }
    for index in 0..workspace.bans.len() {
        changed |= decide_appeal(workspace, index, now);
        changed |= settle(workspace, index, now);
    }
    changed
}

fn decide_appeal(workspace: &mut Workspace, index: usize, now: i64) -> bool {
    let ban = &mut workspace.bans[index];
    let at = ban.reported_at + BAN_APPEAL_TAKES_MS;
    if ban.status != Status::AppealPending || at > now {
        return false;
    }
    ban.status = if ban.course.appeal_succeeds {
        Status::AppealAccepted
    } else {
        Status::AppealRefused
    };
    ban.decided_at = Some(at);
    let (account_id, banned_at, data) = (ban.account_id.clone(), ban.banned_at, ban.event_data());
    let validated = ban.is_validated();
    workspace.clock = at;
    emit(workspace, "account.ban_appeal.resolved", data.clone());
    if validated {
        take_away(workspace, &account_id, banned_at, at, data);
    } else if let Ok(account) = workspace.account(&account_id) {
        account.detected_banned_at = None;
    }
    true
}

fn settle(workspace: &mut Workspace, index: usize, now: i64) -> bool {
    let ban = &workspace.bans[index];
    let Some(at) = ban
        .decided_at
        .filter(|_| ban.is_validated() && ban.settlement.is_none())
        .map(|at| at + BAN_SETTLEMENT_TAKES_MS)
        .filter(|at| *at <= now)
    else {
        return false;
    };
    workspace.clock = at;
    let account_id = ban.account_id.clone();
    let (outcome, reason) = match &ban.excluded {
        Some(reason) => (Outcome::NoRemake, reason.clone()),
        None if ban.course.remake => (Outcome::Remake, "covered".to_owned()),
        None => (Outcome::Refund, "covered".to_owned()),
    };
    let refund = match outcome {
        Outcome::Refund => workspace.prices.account_creation,
        _ => 0,
    };
    let ban = &mut workspace.bans[index];
    ban.settlement = Some(Settlement {
        outcome,
        reason_code: reason.clone(),
        refund_credits: refund,
        at,
    });
    let mut data = ban.event_data();
    data["resolution"] = json!(outcome);
    data["reason_code"] = json!(reason);
    data["refund_credits"] = json!(refund);
    emit(workspace, "account.ban_resolution.decided", data.clone());
    match outcome {
        Outcome::Refund => restore(workspace, &account_id, refund, at),
        Outcome::Remake => remake(workspace, &account_id, at, data),
        Outcome::NoRemake | Outcome::Pending => {}
    }
    true
}

fn restore(workspace: &mut Workspace, account_id: &str, credits: i64, at: i64) {
    let expires_at = at + RESTORED_CREDITS_LIFE_MS;
    let id = workspace.ids.next(&workspace.id.clone());
    workspace
        .credits
        .grant(id, at, credits, Some(expires_at), "Ban compensation");
    let more = json!({ "credits": credits, "expires_at": time::timestamp(expires_at) });
    workspace.emit_for_account(account_id, "credits.restored", more);
}

/// The order gets another account: the bundle keeps its id, `saved_account_id` changes.
fn remake(workspace: &mut Workspace, account_id: &str, at: i64, mut data: Value) {
    let Ok(old) = workspace.account(account_id) else {
        return;
    };
    // Handles are not given out twice.
    let username: String = old
        .username
        .replace(BAN_WORD, "")
        .chars()
        .take(22)
        .chain("_2".chars())
        .collect();
    let delivery = Delivery {
        bundle_id: old.bundle_id.clone(),
        platform: old.platform.clone(),
        username,
        visible_name: old.visible_name.clone(),
        biography: old.biography.clone(),
        country: old.country.clone(),
        profile_picture_url: old.profile_picture_url.clone(),
        link_in_bio: old.link_in_bio.clone(),
    };
    let new_id = saved_accounts::deliver(workspace, delivery, at);
    for bundle in &mut workspace.bundles {
        if bundle.saved_account_id.as_deref() == Some(account_id) {
            bundle.saved_account_id = Some(new_id.clone());
        }
    }
    data["previous_saved_account_id"] = json!(account_id);
    data["saved_account_id"] = json!(new_id);
    emit(workspace, "account.remade", data);
}
