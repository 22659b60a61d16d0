//! `GET /analytics/series`: one metric over time.

use std::ops::Add;

use serde_json::{Value, json};

use super::plan::require_plan;
use super::refresh::collections;
use super::tracked::{EVER, Filter, Period, Tracked};
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::time::{DAY, Time};
use crate::workspace::Workspace;

/// Most points of a series; a longer period keeps its end.
const POINTS_MAX: i64 = 400;

/// Begin and end of a day or a week, at midnight UTC unless a window cuts it.
pub(super) type Bucket = (Time, Time);

/// The window selects points, not posts: the last point of a running total without a window is the total of the
/// dashboard. No point has anything from outside the window; the `date` of an interval is its first day in it.
pub(crate) fn get(workspace: &mut Workspace, call: &Call) -> Reply {
    let filter = Filter::of_query(call);
    let period = filter.period()?;
    require_plan(workspace, "creator")?;
    let selected = filter.select(workspace, &EVER);
    let [metric, granularity, mode] =
        ["metric", "granularity", "mode"].map(|name| call.text(name).unwrap_or_default());
    let point = |bucket: Bucket| json!({ "date": bucket.0.date(), "value": measure(&selected, bucket, metric, mode) });
    let buckets = buckets(&selected, &period, granularity == "week");
    let points: Vec<Value> = buckets.into_iter().map(point).collect();
    Ok(Answer::data(json!({
        "metric": metric, "granularity": granularity, "mode": mode, "points": points,
    })))
}

/// The days, or the weeks from Monday, from the first delivery to the last collection, as far as the window reaches.
/// The window cuts the first one to begin at its start, and the last one to end at its end: so what the intervals gain is
/// what the window gains. Without a collection there are none.
pub(super) fn buckets(selected: &[Tracked], period: &Period, weekly: bool) -> Vec<Bucket> {
    let first = selected.iter().map(|tracked| tracked.account.created_at);
    let last = selected.iter().filter_map(|tracked| tracked.collected_at);
    let Some((first, last)) = first.min().zip(last.max()) else {
        return Vec::new();
    };
    let step = if weekly { 7 * DAY } else { DAY };
    let floor = |moment: Time| moment - (moment - Time::MONDAY).rem_euclid(step);
    let first = floor(first.max(period.start));
    let last = floor(last.min(period.end - 1));
    let count = ((last - first) / step + 1).min(POINTS_MAX);
    let bucket = |back: i64| {
        let (start, end) = (last - back * step, last - (back - 1) * step);
        (start.max(period.start), end.min(period.end))
    };
    (0..count).rev().map(bucket).collect()
}

/// The value of a bucket: the running total at its end, its gain, or the value at the last collection in it, which
/// may not exist.
pub(super) fn measure(of: &[Tracked], bucket: Bucket, metric: &str, mode: &str) -> Option<i64> {
    let (start, end) = bucket;
    let total = |at| {
        of.iter()
            .fold(0, |sum, tracked| sum + value(tracked, metric, at))
    };
    let snapshot = |tracked: &Tracked| {
        let at = collections(&tracked.account, end - 1).next();
        Some(value(tracked, metric, at.filter(|at| *at >= start)?))
    };
    match mode {
        "snapshot" => of.iter().filter_map(snapshot).reduce(Add::add),
        "gained" => Some(total(end) - total(start)),
        _ => Some(total(end)),
    }
}

/// The metric of an account at a moment; it stays as it is after the last collection, and is 0 without one.
fn value(tracked: &Tracked, metric: &str, moment: Time) -> i64 {
    let moment = moment.min(tracked.collected_at.unwrap_or_default());
    match metric {
        "followers" => tracked.followers_at(moment),
        _ => tracked.figures(moment).count(metric),
    }
}
