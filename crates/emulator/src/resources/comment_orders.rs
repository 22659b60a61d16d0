//! `POST /comments`: ordering comments, one or a batch.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::Answer;
use crate::decisions::{COMMENT_TEXT_MAX_TIKTOK, PRICE_COMMENT};
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::resources::comment_calls::show;
use crate::resources::comments::{Status, Task};
use crate::resources::credits::{Charge, Cost};
use crate::resources::work;
use crate::workspace::Workspace;

/// One comment that is wanted, or a batch.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    saved_account_id: Option<String>,
    target_video_url: Option<String>,
    comment_text: Option<String>,
    brief_id: Option<String>,
    target_type: Option<String>,
    target_comment_url: Option<String>,
    tasks: Option<Vec<Wanted>>,
}

/// `POST /comments`: debits every row first and gives back what refused rows cost.
pub fn create(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let mut wanted: Wanted = request.body()?;
    let (rows, single) = match wanted.tasks.take() {
        Some(_) if wanted.names_a_comment() => {
            return Err(ApiError::field(
                "tasks",
                "stands in place of the single fields, not beside them",
            ));
        }
        Some(rows) if rows.is_empty() => {
            return Err(ApiError::field("tasks", "must have at least 1 items"));
        }
        Some(rows) => (rows, false),
        None => (vec![wanted], true),
    };
    let (mut created, mut rejected) = (Vec::new(), Vec::new());
    let mut cost = Cost::default();
    for (index, row) in rows.into_iter().enumerate() {
        match row.task(workspace, cost.clone(), context) {
            Ok((task, sum)) => {
                cost = sum;
                created.push(task);
            }
            Err(error) if single => return Err(error),
            Err(error) => rejected.push(json!({
                "index": index, "code": error.code.as_str(), "message": error.message,
            })),
        }
    }
    let refused = i64::try_from(rejected.len()).unwrap_or(0) * PRICE_COMMENT;
    workspace.charge(
        context,
        cost.clone().plus("comment_tasks", refused),
        "Comments ordered",
    )?;
    if refused > 0 {
        let id = workspace.new_id(context);
        workspace
            .credits
            .grant(id, context.now, refused, None, "Comment tasks refunded");
    }
    let shown: Vec<Value> = created
        .iter()
        .map(|task| show(workspace, task, context.now))
        .collect();
    workspace.comments.extend(created);
    let (created_count, rejected_count) = (shown.len(), rejected.len());
    Ok(
        Answer::created(json!({ "created": shown, "rejected": rejected }))
            .beside("created_count", created_count)
            .beside("rejected_count", rejected_count)
            .charged(Charge { cost }),
    )
}

impl Wanted {
    fn names_a_comment(&self) -> bool {
        self.saved_account_id.is_some()
            || self.target_video_url.is_some()
            || self.comment_text.is_some()
            || self.target_comment_url.is_some()
            || self.brief_id.is_some()
    }

    /// The task, and what all tasks so far cost.
    fn task(
        self,
        workspace: &mut Workspace,
        cost: Cost,
        context: &Context,
    ) -> Result<(Task, Cost), ApiError> {
        let required = |value: Option<String>, field| {
            value.ok_or_else(|| ApiError::field(field, "is required"))
        };
        let account_id = required(self.saved_account_id, "saved_account_id")?;
        let text = required(self.comment_text, "comment_text")?;
        let account = workspace.account(&account_id)?;
        let (account_id, platform) = (account.id.clone(), account.platform.clone());
        let tiktok = platform == "tiktok";
        if text.trim().is_empty() {
            return Err(ApiError::field("comment_text", "must not be empty"));
        }
        if tiktok && text.chars().count() > COMMENT_TEXT_MAX_TIKTOK {
            return Err(ApiError::field(
                "comment_text",
                "must have at most 150 characters on TikTok",
            ));
        }
        let reply = self.target_type.as_deref() == Some("comment");
        let (field, target) = if reply {
            ("target_comment_url", &self.target_comment_url)
        } else {
            ("target_video_url", &self.target_video_url)
        };
        if reply && !tiktok {
            return Err(ApiError::field(
                "target_type",
                "can be comment on TikTok only",
            ));
        }
        let target = required(target.clone(), field)?;
        if !is_on(&target, &platform) {
            return Err(ApiError::field(
                field,
                "must be a link to the account's platform",
            ));
        }
        let cost = work::with_renewal(
            workspace,
            &account_id,
            cost.plus("comment_tasks", PRICE_COMMENT),
            context.now,
        )?;
        let task = Task {
            id: workspace.new_id(context),
            status: Status::Pending,
            since: context.now,
            account_id,
            platform,
            video_url: self.target_video_url,
            comment_url: self.target_comment_url,
            text,
            brief_id: self.brief_id,
            paid: PRICE_COMMENT,
            created_at: context.now,
            submitted_at: None,
            verified_at: None,
            manually_confirmed_at: None,
            dispute: None,
            checks: Vec::new(),
        };
        Ok((task, cost))
    }
}

/// Whether a link leads to `tiktok.com` or `instagram.com`.
fn is_on(link: &str, platform: &str) -> bool {
    let Ok(link) = Url::parse(link) else {
        return false;
    };
    let site = format!("{platform}.com");
    let host = link.host_str().unwrap_or_default();
    matches!(link.scheme(), "http" | "https")
        && host
            .strip_suffix(&site)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
