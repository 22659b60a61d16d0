//! The reporting window of a request: `from` and `to`, each a date or an RFC 3339 time. A date as `to` is included.

use crate::error::ApiError;
use crate::request::Request;
use crate::time::{self, DAY};

/// A stretch of time, its end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Begin, if it is bounded.
    pub from: Option<i64>,
    /// End, if it is bounded.
    pub to: Option<i64>,
}

/// What a date or time stands for: a whole day, or a single moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Its begin.
    pub start: i64,
    /// The first millisecond after it.
    pub end: i64,
}

/// Reads a date or an RFC 3339 time.
pub fn moment(field: &str, text: &str) -> Result<Moment, ApiError> {
    if let Some(start) = time::parse_date(text) {
        let end = start + DAY;
        return Ok(Moment { start, end });
    }
    match time::parse_timestamp(text) {
        Some(start) => Ok(Moment {
            start,
            end: start + 1,
        }),
        None => Err(ApiError::field(
            field,
            "must be a date like 2026-05-25 or a time like 2026-05-25T12:00:00Z",
        )),
    }
}

impl Period {
    /// The window between two texts.
    pub fn new(from: Option<&str>, to: Option<&str>) -> Result<Self, ApiError> {
        let read = |field: &str, text: Option<&str>| {
            text.filter(|text| !text.is_empty())
                .map(|text| moment(field, text))
                .transpose()
        };
        let (from, to) = (read("from", from)?, read("to", to)?);
        if let (Some(from), Some(to)) = (from, to)
            && from.start >= to.end
        {
            return Err(ApiError::field("from", "must not be after to"));
        }
        Ok(Self {
            from: from.map(|moment| moment.start),
            to: to.map(|moment| moment.end),
        })
    }

    /// The window of a query.
    pub fn of_query(request: &Request) -> Result<Self, ApiError> {
        Self::new(request.text("from"), request.text("to"))
    }

    /// Whether a moment is inside.
    pub fn contains(self, moment: i64) -> bool {
        self.from.is_none_or(|from| moment >= from) && self.to.is_none_or(|to| moment < to)
    }
}
