//! Reports: one self-contained HTML document.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::dashboard::{sum, top};
use super::model::as_f64;
use super::period::Period;
use super::posts::Tracked;
use super::selection::Selection;
use super::series::{buckets, gained, running};
use crate::error::{ApiError, Code};
use crate::time;
use crate::workspace::Workspace;

/// Accent where none is asked for.
const ACCENT: &str = "#2563eb";
/// Size of a chart's drawing.
const CHART: (f64, f64) = (720.0, 180.0);

/// What a report is about and how it looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ReportRequest {
    /// Heading.
    pub title: Option<String>,
    /// Which parts it has.
    pub template: Option<String>,
    /// Whose report it is.
    pub brand_name: Option<String>,
    /// Colour of the charts.
    pub brand_accent: Option<String>,
    /// Accounts to include.
    pub account_ids: Vec<String>,
    /// Workspace to include.
    pub workspace_id: Option<String>,
    /// Platforms to include.
    pub platforms: Vec<String>,
    /// Countries to include.
    pub countries: Vec<String>,
    /// Free-text filter.
    pub query: Option<String>,
    /// Begin of the window.
    pub from: Option<String>,
    /// End of the window.
    pub to: Option<String>,
}

impl ReportRequest {
    /// Its filters.
    pub fn selection(&self) -> Result<Selection, ApiError> {
        Ok(Selection {
            workspace: self.workspace_id.clone(),
            accounts: self.account_ids.clone(),
            platforms: self.platforms.clone(),
            countries: self.countries.clone(),
            text: self.query.clone(),
            period: Some(self.period()?),
        })
    }

    fn period(&self) -> Result<Period, ApiError> {
        Period::new(self.from.as_deref(), self.to.as_deref())
    }
}

/// A colour of three or six hexadecimal digits.
pub fn accent(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('#')?;
    let fits = matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then_some(text)
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    title: &'a str,
    brand: &'a str,
    accent: &'a str,
    period: String,
    made_at: String,
    tiles: Vec<(&'static str, String)>,
    charts: Vec<Chart>,
    accounts: Vec<AccountRow<'a>>,
    posts: Vec<PostRow<'a>>,
}

struct AccountRow<'a> {
    username: &'a str,
    platform: &'a str,
    country: &'a str,
    followers: String,
    posts: usize,
    views: String,
    engagement: String,
}

struct PostRow<'a> {
    name: &'a str,
    url: &'a str,
    username: &'a str,
    date: String,
    views: String,
    likes: String,
    comments: String,
}

/// A line with the surface under it.
struct Chart {
    title: &'static str,
    line: String,
    area: String,
    first: String,
    last: String,
    highest: String,
    width: f64,
    height: f64,
}

/// Which parts a template has.
struct Parts {
    charts: &'static [(&'static str, &'static str)],
    accounts: bool,
    posts: usize,
}

const VIEWS: (&str, &str) = ("Views gained", "views");
const LIKES: (&str, &str) = ("Likes gained", "likes");
const FOLLOWERS: (&str, &str) = ("Followers", "followers");

fn parts(template: Option<&str>) -> Parts {
    let (charts, accounts, posts): (&[_], _, _) = match template {
        Some("agency") => (&[VIEWS, LIKES], true, 10),
        Some("creator") => (&[VIEWS], false, 10),
        Some("minimal") => (&[], false, 5),
        Some("growth") => (&[FOLLOWERS, VIEWS], true, 5),
        Some("board") => (&[VIEWS], true, 0),
        _ => (&[VIEWS], true, 5),
    };
    Parts {
        charts,
        accounts,
        posts,
    }
}

/// Renders a report.
pub fn html(workspace: &Workspace, wanted: &ReportRequest, now: i64) -> Result<String, ApiError> {
    let selected = wanted.selection()?.of(workspace, now);
    let parts = parts(wanted.template.as_deref());
    let period = wanted.period()?;
    let days = buckets(&selected, period, false);
    let date = |moment: Option<i64>, otherwise: &str| {
        moment.map_or_else(|| otherwise.to_owned(), time::date)
    };
    let page = Page {
        title: wanted.title.as_deref().unwrap_or("Performance report"),
        brand: wanted.brand_name.as_deref().unwrap_or("TokPortal"),
        accent: wanted
            .brand_accent
            .as_deref()
            .and_then(accent)
            .unwrap_or(ACCENT),
        period: format!(
            "Posts from {} to {}",
            date(period.from, "the beginning"),
            date(period.to.map(|to| to - 1), "today")
        ),
        made_at: time::readable(now),
        tiles: tiles(&selected),
        charts: parts
            .charts
            .iter()
            .filter_map(|(title, metric)| {
                let values = if *metric == "followers" {
                    running(&selected, &days, metric)
                } else {
                    gained(&selected, &days, metric)
                };
                let ends = (days.first()?.start, days.last()?.start);
                Some(chart(title, &values, ends))
            })
            .collect(),
        accounts: selected
            .iter()
            .filter(|_| parts.accounts)
            .map(account_row)
            .collect(),
        posts: top(&selected)
            .into_iter()
            .take(parts.posts)
            .map(|(tracked, post)| PostRow {
                name: if post.caption().is_empty() {
                    "Video"
                } else {
                    post.caption()
                },
                url: post.url(),
                username: &tracked.account.username,
                date: time::date(post.posted_at),
                views: thousands(post.figures.views),
                likes: thousands(post.figures.likes),
                comments: thousands(post.figures.comments),
            })
            .collect(),
    };
    page.render()
        .map_err(|_| ApiError::new(Code::InternalError, "The report could not be rendered."))
}

fn tiles(selected: &[Tracked<'_>]) -> Vec<(&'static str, String)> {
    let figures = sum(selected);
    let followers: i64 = selected.iter().map(Tracked::followers).sum();
    let posts: usize = selected.iter().map(|tracked| tracked.posts.len()).sum();
    vec![
        ("Views", thousands(figures.views)),
        ("Likes", thousands(figures.likes)),
        ("Comments", thousands(figures.comments)),
        ("Followers", thousands(followers)),
        ("Posts", posts.to_string()),
        ("Engagement", format!("{:.2} %", figures.engagement_rate())),
    ]
}

fn account_row<'a>(tracked: &Tracked<'a>) -> AccountRow<'a> {
    let totals = tracked.totals();
    AccountRow {
        username: &tracked.account.username,
        platform: match tracked.account.platform.as_str() {
            "instagram" => "Instagram",
            _ => "TikTok",
        },
        country: &tracked.account.country,
        followers: thousands(tracked.followers()),
        posts: tracked.posts.len(),
        views: thousands(totals.views),
        engagement: format!("{:.2} %", totals.engagement_rate()),
    }
}

fn chart(title: &'static str, values: &[i64], (first, last): (i64, i64)) -> Chart {
    let (width, height) = CHART;
    let highest = values.iter().copied().max().unwrap_or(0);
    let scale = as_f64(highest.max(1));
    let steps = as_f64(i64::try_from(values.len()).unwrap_or(1).max(2) - 1);
    let points: Vec<String> = (0..)
        .zip(values)
        .map(|(index, value)| {
            let x = as_f64(index) / steps * width;
            let y = height - as_f64(*value) / scale * (height - 8.0);
            format!("{x:.1},{y:.1}")
        })
        .collect();
    let line = points.join(" ");
    Chart {
        title,
        area: format!("0,{height} {line} {width},{height}"),
        line,
        first: time::date(first),
        last: time::date(last),
        highest: thousands(highest),
        width,
        height,
    }
}

/// `1,234,567`.
fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}
