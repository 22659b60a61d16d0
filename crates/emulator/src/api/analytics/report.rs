//! Reports: one self-contained HTML document, returned or behind a link.

use askama::Template;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::Figures;
use super::plan::require_plan;
use super::series::{Bucket, buckets, measure};
use super::tracked::{Filter, Post, Tracked, top};
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::error::ApiError;
use crate::ids;
use crate::text::grouped;
use crate::workspace::{Workspace, part};

/// Reports with a link that a workspace keeps; the oldest go first.
const KEPT: usize = 50;

/// What a report is about and how it looks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Request {
    title: Option<String>,
    template: Option<String>,
    brand_name: Option<String>,
    brand_accent: Option<String>,
    #[serde(flatten)]
    filter: Filter,
}

/// Hash of the token and content of the reports with a link, the newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Shared(Vec<(String, Request)>);

part!(Shared, "reports");

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    request: &'a Request,
    made_at: String,
    totals: Figures,
    followers: i64,
    post_count: usize,
    charts: Vec<Chart>,
    /// First and last day of the charts.
    days: (String, String),
    accounts: &'a [Tracked],
    posts: Vec<(&'a Tracked, &'a Post)>,
}

/// Title, points of the line in a drawing of 720 by 180, and the highest value.
type Chart = (&'static str, String, String);

/// `POST /analytics/export/reports/html`.
pub(crate) fn html(workspace: &mut Workspace, call: &Call) -> Reply {
    let request = read(workspace, call)?;
    Ok(Answer::text("text/html", render(workspace, &request)?))
}

/// `POST /analytics/export/reports`. The link shows the report as of when it is opened.
pub(crate) fn create(workspace: &mut Workspace, call: &Call) -> Reply {
    let request = read(workspace, call)?;
    let token = call.secret();
    let Shared(reports) = workspace.part_mut();
    reports.insert(0, (ids::hash(&token), request));
    reports.truncate(KEPT);
    let url = format!("{}/emulator/reports/{token}", call.public_url);
    Ok(Answer::data(json!({ "url": url, "token": token })))
}

/// The HTML of the report with this token, as of `workspace.now`.
pub(crate) fn open(workspace: &Workspace, token: &str) -> Option<String> {
    let wanted = ids::hash(token);
    let Shared(reports) = &*workspace.part();
    let (_, request) = reports.iter().find(|(hash, _)| *hash == wanted)?;
    render(workspace, request).ok()
}

/// The body, with the rules that the document cannot express.
fn read(workspace: &Workspace, call: &Call) -> Result<Request, ApiError> {
    let request: Request = call.body()?;
    let accent = request.brand_accent.as_deref().unwrap_or("#000");
    let digits = accent.strip_prefix('#').unwrap_or_default();
    if !matches!(digits.len(), 3 | 6) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        let message = "must be a colour like #1f6feb";
        return Err(ApiError::field("brandAccent", message));
    }
    request.filter.period()?;
    require_plan(workspace, "creator")?;
    Ok(request)
}

fn render(workspace: &Workspace, request: &Request) -> Result<String, ApiError> {
    let period = request.filter.period()?;
    let selected = request.filter.select(workspace, &period);
    // What is drawn, whether accounts are listed, and how many posts are.
    let (charts, accounts, posts): (&[&str], bool, usize) = match request.template.as_deref() {
        Some("agency") => (&["views", "likes"], true, 10),
        Some("creator") => (&["views"], false, 10),
        Some("minimal") => (&[], false, 5),
        Some("growth") => (&["followers", "views"], true, 5),
        Some("board") => (&["views"], true, 0),
        _ => (&["views"], true, 5),
    };
    // The first and the last day have only what is in the window, as in a series.
    let days = buckets(&selected, &period, false);
    let draw = |metric: &&str| chart(metric, &selected, &days);
    let date = |day: Option<&Bucket>| day.map(|(start, _)| start.date()).unwrap_or_default();
    let page = Page {
        request,
        made_at: workspace.now.readable(),
        totals: selected.iter().map(Tracked::totals).sum(),
        followers: selected.iter().map(Tracked::followers).sum(),
        post_count: selected.iter().map(|tracked| tracked.posts.len()).sum(),
        charts: charts.iter().map(draw).collect(),
        days: (date(days.first()), date(days.last())),
        accounts: if accounts { &selected } else { &[] },
        posts: top(&selected, "views").into_iter().take(posts).collect(),
    };
    Ok(page.render().expect("memory takes every page"))
}

fn chart(metric: &str, selected: &[Tracked], days: &[Bucket]) -> Chart {
    let (title, mode) = match metric {
        "followers" => ("Followers", "cumulative"),
        "likes" => ("Likes gained", "gained"),
        _ => ("Views gained", "gained"),
    };
    let value = |day: &Bucket| measure(selected, *day, metric, mode).unwrap_or(0);
    let values: Vec<i64> = days.iter().map(value).collect();
    let highest = values.iter().copied().max().unwrap_or(0);
    let step = 720.0 / (days.len().max(2) - 1) as f64;
    let mut line = String::new();
    for (index, value) in values.into_iter().enumerate() {
        let height = 172.0 * value as f64 / highest.max(1) as f64;
        line += &format!("{:.1},{:.1} ", index as f64 * step, 180.0 - height);
    }
    (title, line, grouped(highest))
}
