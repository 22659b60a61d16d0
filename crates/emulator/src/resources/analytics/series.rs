//! `GET /analytics/series`: one metric over time.

use serde_json::{Value, json};

use super::model::Figures;
use super::period::Period;
use super::posts::Tracked;
use super::refresh::collections;
use super::selection::Selection;
use super::{Plan, v2};
use crate::answer::Answer;
use crate::decisions::ANALYTICS_POINTS_MAX;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::time::{self, DAY};
use crate::workspace::Workspace;

/// A day or a week, its end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Begin, at midnight UTC.
    pub start: i64,
    /// End, at midnight UTC.
    pub end: i64,
}

/// `GET /analytics/series`. The window selects points, not posts: the last point of a running total without a window is
/// the total of the dashboard.
pub fn get(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let period = Period::of_query(request)?;
    workspace.require_plan(Plan::Creator)?;
    let selection = Selection {
        period: None,
        ..Selection::of_query(request)?
    };
    let selected = selection.of(workspace, context.now);
    let metric = request.text("metric").unwrap_or("views");
    let granularity = request.text("granularity").unwrap_or("day");
    let mode = request.text("mode").unwrap_or("cumulative");
    let buckets = buckets(&selected, period, granularity == "week");
    let values: Vec<Option<i64>> = match mode {
        "snapshot" => snapshots(&selected, &buckets, metric),
        "gained" => gained(&selected, &buckets, metric)
            .into_iter()
            .map(Some)
            .collect(),
        _ => running(&selected, &buckets, metric)
            .into_iter()
            .map(Some)
            .collect(),
    };
    let points: Vec<Value> = buckets
        .iter()
        .zip(values)
        .map(|(bucket, value)| json!({ "date": time::date(bucket.start), "value": value }))
        .collect();
    Ok(v2(Answer::ok(json!({
        "metric": metric,
        "granularity": granularity,
        "mode": mode,
        "points": points,
    }))))
}

/// The days, or the weeks from Monday, from the first delivery to the last collection, as far as the window reaches.
/// Without a collection there are none.
pub fn buckets(selected: &[Tracked<'_>], period: Period, weekly: bool) -> Vec<Bucket> {
    let collected = selected
        .iter()
        .filter(|tracked| tracked.collected_at.is_some());
    let Some(first) = collected.map(|tracked| tracked.account.created_at).min() else {
        return Vec::new();
    };
    let Some(last) = selected
        .iter()
        .filter_map(|tracked| tracked.collected_at)
        .max()
    else {
        return Vec::new();
    };
    let step = if weekly { 7 * DAY } else { DAY };
    // 1970-01-05 was a Monday.
    let offset = if weekly { 4 * DAY } else { 0 };
    let floor = |moment: i64| moment - (moment - offset).rem_euclid(step);
    let first = floor(period.from.map_or(first, |from| from.max(first)));
    let mut start = floor(period.to.map_or(last, |to| (to - 1).min(last)));
    let mut found = Vec::new();
    while start >= first && found.len() < ANALYTICS_POINTS_MAX {
        let end = start + step;
        found.push(Bucket { start, end });
        start -= step;
    }
    found.reverse();
    found
}

/// The value at the end of each bucket, as far as it was collected.
pub fn running(selected: &[Tracked<'_>], buckets: &[Bucket], metric: &str) -> Vec<i64> {
    let moments: Vec<i64> = buckets.iter().map(|bucket| bucket.end).collect();
    let mut sums = vec![0; moments.len()];
    for tracked in selected {
        for (sum, value) in sums.iter_mut().zip(values(tracked, &moments, metric)) {
            *sum += value;
        }
    }
    sums
}

/// What each bucket added.
pub fn gained(selected: &[Tracked<'_>], buckets: &[Bucket], metric: &str) -> Vec<i64> {
    let Some(first) = buckets.first() else {
        return Vec::new();
    };
    let before = Bucket {
        start: first.start,
        end: first.start,
    };
    let all: Vec<Bucket> = std::iter::once(before)
        .chain(buckets.iter().copied())
        .collect();
    let running = running(selected, &all, metric);
    running.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// The value at the last collection inside each bucket; nothing where there was none.
fn snapshots(selected: &[Tracked<'_>], buckets: &[Bucket], metric: &str) -> Vec<Option<i64>> {
    let mut sums = vec![None; buckets.len()];
    for tracked in selected {
        let Some(last) = tracked.collected_at else {
            continue;
        };
        let mut measured: Vec<i64> = collections(tracked.account, last)
            .take_while(|at| buckets.first().is_some_and(|first| *at >= first.start))
            .collect();
        measured.reverse();
        let values = values(tracked, &measured, metric);
        for (bucket, sum) in buckets.iter().zip(&mut sums) {
            // Both are in order of time.
            let until = measured.partition_point(|at| *at < bucket.end);
            if let Some(value) = until
                .checked_sub(1)
                .filter(|index| measured[*index] >= bucket.start)
                .and_then(|index| values.get(index))
            {
                *sum = Some(sum.unwrap_or(0) + value);
            }
        }
    }
    sums
}

/// The metric of an account at moments in order of time; after the last collection it stays.
fn values(tracked: &Tracked<'_>, moments: &[i64], metric: &str) -> Vec<i64> {
    let Some(last) = tracked.collected_at else {
        return vec![0; moments.len()];
    };
    let mut figures = vec![Figures::default(); moments.len()];
    for post in &tracked.posts {
        let mut walk = post.curve.walk();
        for (sum, moment) in figures.iter_mut().zip(moments) {
            *sum += walk.at((*moment).min(last));
        }
    }
    figures
        .into_iter()
        .zip(moments)
        .map(|(figures, moment)| {
            let moment = (*moment).min(last);
            match metric {
                "likes" => figures.likes,
                "comments" => figures.comments,
                "shares" => figures.shares,
                "followers" if moment < tracked.account.created_at => 0,
                "followers" => tracked.followers_with(moment, figures.views),
                _ => figures.views,
            }
        })
        .collect()
}
