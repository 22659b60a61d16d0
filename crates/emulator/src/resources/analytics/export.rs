//! Exports: posts as CSV, reports as an HTML document or behind a link.

use serde_json::json;

use super::period::moment;
use super::report::{self, ReportRequest};
use super::selection::Selection;
use super::shared_reports::SharedReport;
use super::{Plan, v2};
use crate::answer::{Answer, Body};
use crate::decisions::REPORTS_KEPT;
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::time;
use crate::workspace::Workspace;

const COLUMNS: [&str; 16] = [
    "account_id",
    "username",
    "platform",
    "country",
    "video_id",
    "tracked_post_id",
    "platform_url",
    "caption",
    "published_at",
    "views",
    "likes",
    "comments",
    "shares",
    "bookmarks",
    "engagement_rate",
    "scraped_at",
];

fn text(media_type: &'static str, text: String) -> Answer {
    Answer {
        status: 200,
        body: Body::Text(media_type, text),
        headers: Vec::new(),
        charge: None,
        file: None,
    }
}

/// `GET /analytics/export/videos`: a row a post, the latest first in each account.
pub fn videos(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let selection = Selection::of_query(request)?;
    workspace.require_plan(Plan::Creator)?;
    let selected = selection.of(workspace, context.now);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |_| ApiError::new(Code::InternalError, "The CSV could not be written.");
    writer.write_record(COLUMNS).map_err(failed)?;
    for tracked in &selected {
        for post in tracked.posts.iter().rev() {
            let figures = post.figures;
            let record: [String; 16] = [
                tracked.account.id.clone(),
                tracked.account.username.clone(),
                tracked.account.platform.clone(),
                tracked.account.country.clone(),
                post.slot.id.clone(),
                post.id.clone(),
                post.url().to_owned(),
                post.caption().to_owned(),
                time::timestamp(post.posted_at),
                figures.views.to_string(),
                figures.likes.to_string(),
                figures.comments.to_string(),
                figures.shares.to_string(),
                figures.bookmarks.to_string(),
                figures.engagement_rate().to_string(),
                tracked
                    .collected_at
                    .map(time::timestamp)
                    .unwrap_or_default(),
            ];
            writer.write_record(&record).map_err(failed)?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|_| ApiError::new(Code::InternalError, "The CSV could not be written."))?;
    let mut answer = text("text/csv", String::from_utf8_lossy(&bytes).into_owned());
    answer.headers.push((
        "content-disposition",
        "attachment; filename=\"tokportal-videos.csv\"".to_owned(),
    ));
    Ok(v2(answer))
}

/// What a report is about, with the rules that the document cannot express.
fn wanted(workspace: &Workspace, request: &Request) -> Result<ReportRequest, ApiError> {
    let wanted: ReportRequest = request.body()?;
    if wanted
        .brand_accent
        .as_deref()
        .is_some_and(|accent| report::accent(accent).is_none())
    {
        return Err(ApiError::field(
            "brandAccent",
            "must be a colour like #1f6feb",
        ));
    }
    for (field, value) in [("from", &wanted.from), ("to", &wanted.to)] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            moment(field, value)?;
        }
    }
    wanted.selection()?;
    workspace.require_plan(Plan::Creator)?;
    Ok(wanted)
}

/// `POST /analytics/export/reports/html`.
pub fn html(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let wanted = wanted(workspace, request)?;
    let html = report::html(workspace, &wanted, context.now)?;
    Ok(v2(text("text/html", html)))
}

/// `POST /analytics/export/reports`: whoever has the link can read the report, as it is when it is opened.
pub fn create(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let wanted = wanted(workspace, request)?;
    let token = if context.dry_run {
        "dry-run".to_owned()
    } else {
        context.secret()
    };
    let reports = &mut workspace.analytics.reports;
    reports.push(SharedReport::new(&token, wanted, context.now));
    let surplus = reports.len().saturating_sub(REPORTS_KEPT);
    reports.drain(..surplus);
    let url = format!("{}/reports/{token}", context.public_url);
    Ok(v2(Answer::ok(json!({ "url": url, "token": token }))))
}
