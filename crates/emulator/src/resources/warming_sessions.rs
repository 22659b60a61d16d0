//! Warming runs: search terms that a manager works through on an account, over three days. How far a run is follows
//! from the time; only what was announced is stored.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::decisions::WARMING_MS;
use crate::time;

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Id.
    pub id: String,
    /// The delivered account.
    pub saved_account_id: String,
    /// The order it came with; none if it was bought later.
    pub bundle_id: Option<String>,
    /// Search terms.
    pub terms: Vec<String>,
    /// When it started.
    pub started_at: i64,
    /// Steps that were announced: the start, each term, the end.
    #[serde(default)]
    pub announced: usize,
}

/// A step of a run that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Announcement {
    /// Event type.
    pub kind: &'static str,
    /// When.
    pub at: i64,
    /// Data of the event.
    pub data: Value,
}

impl Session {
    /// When a term is verified: evenly over the run.
    fn verified_at(&self, index: usize) -> i64 {
        let count = i64::try_from(self.terms.len().max(1)).unwrap_or(1);
        let number = i64::try_from(index + 1).unwrap_or(1);
        self.started_at + WARMING_MS * number / count
    }

    /// When it ends.
    pub const fn ends_at(&self) -> i64 {
        self.started_at + WARMING_MS
    }

    /// Whether it is over.
    pub const fn is_over(&self, now: i64) -> bool {
        self.ends_at() <= now
    }

    fn verified(&self, now: i64) -> usize {
        (0..self.terms.len())
            .filter(|index| self.verified_at(*index) <= now)
            .count()
    }

    /// When the next announcement is due, if one is left.
    pub fn next_due(&self) -> Option<i64> {
        match self.announced {
            0 => Some(self.started_at),
            done if done <= self.terms.len() => Some(self.verified_at(done - 1)),
            done if done == self.terms.len() + 1 => Some(self.ends_at()),
            _ => None,
        }
    }

    /// Takes the next announcement.
    pub fn announce(&mut self) -> Option<Announcement> {
        let at = self.next_due()?;
        let done = self.announced;
        self.announced += 1;
        let (kind, term) = if done == 0 {
            ("warming.session_started", None)
        } else if let Some(term) = self.terms.get(done - 1) {
            ("warming.term_verified", Some(term))
        } else {
            ("warming.session_completed", None)
        };
        let mut data = self.to_json(at);
        data["session_id"] = self.id.as_str().into();
        data["saved_account_id"] = self.saved_account_id.as_str().into();
        data["bundle_id"] = json!(self.bundle_id);
        if let Some(term) = term {
            data["term"] = term.as_str().into();
        }
        Some(Announcement { kind, at, data })
    }

    /// The run as the API shows it.
    pub fn to_json(&self, now: i64) -> Value {
        let over = self.is_over(now);
        json!({
            "id": self.id,
            "status": if over { "completed" } else { "in_progress" },
            "terms_total": self.terms.len(),
            "terms_verified": self.verified(now),
            "terms_configured": true,
            "started_at": time::timestamp(self.started_at),
            "completed_at": over.then(|| time::timestamp(self.ends_at())),
        })
    }
}
