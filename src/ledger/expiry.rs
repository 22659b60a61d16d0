//! Expiry entries: which rows the sweep deletes, and when.
//!
//! Entries are numbered, so that the sweep finds the oldest one without listing the store. Rows that live for different
//! times have queues of their own, so that no entry waits for long behind one that expires later. On a store without
//! atomic counters each number is claimed; requests that meet at one number go on to others, and none waits.

use crate::claim;
use crate::host::{Host, StoreError};
use futures::future::{try_join, try_join_all};
use serde::{Deserialize, Serialize};

/// How many numbers a request tries to claim. Each of them was claimed by another request at the same time.
const ATTEMPTS: usize = 256;

/// A queue of entries. The texts are names of rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Queue {
    /// Prefix of the entries.
    entry: &'static str,
    /// The counter that numbers entries; without atomic counters, a value from which the next number is looked for.
    issued: &'static str,
    /// The sweep pointer: every entry up to this number is deleted.
    swept: &'static str,
    /// A row that is there once the queue has had an entry, if most deployments have none.
    begun: Option<&'static str>,
}

/// Approvals and their codes, confirmations, and client assertions: ten minutes.
pub(super) const SINGLE_USES: Queue = Queue {
    entry: "pending",
    issued: "issued",
    swept: "swept",
    begun: None,
};

/// Tokens of api-key mode that ended before they expire: as long as such a token lives.
pub(super) const ENDED_TOKENS: Queue = Queue {
    entry: "ended-pending",
    issued: "ended-issued",
    swept: "ended-swept",
    begun: None,
};

/// Questions about calls: at most thirty minutes.
pub(super) const QUESTIONS: Queue = Queue {
    entry: "asked-pending",
    issued: "asked-issued",
    swept: "asked-swept",
    begun: Some("asked"),
};

/// What has to be deleted. Each text is the hash in the names of rows.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct ExpiryEntry {
    /// Unix time in seconds.
    pub(super) expires_at: u64,
    /// The approval whose single use was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) consent: Option<String>,
    /// The code that it led to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    /// The token that was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<String>,
    /// The question about a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) question: Option<String>,
}

impl ExpiryEntry {
    /// The values to delete.
    fn rows(&self) -> Vec<String> {
        let of_code = |hash| [format!("code-{hash}"), format!("redeemed-{hash}")];
        let of_code = self.code.iter().flat_map(of_code);
        let of_consent = self.consent.iter().map(|hash| format!("decision-{hash}"));
        let of_token = self.token.iter().map(|hash| format!("ended-{hash}"));
        let of_question = self.question.iter().map(|hash| format!("question-{hash}"));
        of_code
            .chain(of_consent)
            .chain(of_token)
            .chain(of_question)
            .collect()
    }

    /// The claims to delete.
    fn claims(&self) -> Vec<String> {
        let of_code = |hash| [format!("uses-{hash}"), format!("replayed-{hash}")];
        let of_code = self.code.iter().flat_map(of_code);
        let of_consent = self.consent.iter().map(|hash| format!("consent-{hash}"));
        of_code.chain(of_consent).collect()
    }
}

impl Queue {
    /// Takes the number for a new entry.
    pub(super) async fn next_number(self, host: &impl Host) -> Result<i64, StoreError> {
        if host.has_atomic_counters() {
            return host.increment(self.issued, 1).await;
        }
        let mut number = 0;
        for _ in 0..ATTEMPTS {
            // A late write can set the value back, but not behind the sweep.
            let newest = self.newest_number(host).await?.max(self.swept(host).await?);
            number = newest.max(number) + 1;
            // The value is written before the number is claimed, so that the sweep looks at least as far.
            host.set(self.issued, number.to_string().as_bytes()).await?;
            if claim::claim_if_alone(host, &self.name(number)).await? {
                return self.settle(host, number).await.map(|()| number);
            }
        }
        Err(StoreError("no number for an entry is free".to_owned()))
    }

    /// A request that began earlier may have written a smaller number over that of a later one: writes the newest again. A
    /// number that is missed here is found by the next request for a number.
    async fn settle(self, host: &impl Host, number: i64) -> Result<(), StoreError> {
        let mut newest = number;
        while claim::is_taken(host, &self.name(newest + 1)).await? {
            newest += 1;
        }
        if newest > number {
            host.set(self.issued, newest.to_string().as_bytes()).await?;
        }
        Ok(())
    }

    /// Notes that the queue is about to have an entry.
    pub(super) async fn begin(self, host: &impl Host) -> Result<(), StoreError> {
        match self.begun {
            Some(name) => host.set(name, b"1").await,
            None => Ok(()),
        }
    }

    /// Whether the queue can have entries. To look for the newest one would leave a counter in the store.
    pub(super) async fn has_begun(self, host: &impl Host) -> Result<bool, StoreError> {
        match self.begun {
            Some(name) => Ok(host.get(name).await?.is_some()),
            None => Ok(true),
        }
    }

    /// The number that was taken last; 0 if none was.
    pub(super) async fn newest_number(self, host: &impl Host) -> Result<i64, StoreError> {
        host.increment(self.issued, 0).await
    }

    /// Reads an entry; `None` if the store has none under this number. An entry that cannot be read counts as one that
    /// expired and has nothing to delete, so that the sweep goes on behind it.
    pub(super) async fn read(
        self,
        host: &impl Host,
        number: i64,
    ) -> Result<Option<ExpiryEntry>, StoreError> {
        let bytes = host.get(&self.name(number)).await?;
        Ok(bytes.map(|bytes| serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    pub(super) async fn write(
        self,
        host: &impl Host,
        number: i64,
        entry: &ExpiryEntry,
    ) -> Result<(), StoreError> {
        host.set(&self.name(number), &super::row(entry)?).await
    }

    /// Deletes an entry with its rows. The entry itself is deleted last, so that the next sweep repeats a deletion that
    /// failed.
    pub(super) async fn delete(
        self,
        host: &impl Host,
        number: i64,
        entry: &ExpiryEntry,
    ) -> Result<(), StoreError> {
        let (rows, claims) = (entry.rows(), entry.claims());
        let rows = try_join_all(rows.iter().map(|name| host.delete(name)));
        let claims = try_join_all(claims.iter().map(|name| claim::delete(host, name)));
        try_join(rows, claims).await?;
        self.forget_number(host, number).await?;
        host.delete(&self.name(number)).await
    }

    /// Deletes what is left of a number that has no entry, because its writer failed.
    pub(super) async fn forget_number(
        self,
        host: &impl Host,
        number: i64,
    ) -> Result<(), StoreError> {
        if host.has_atomic_counters() {
            return Ok(());
        }
        claim::delete(host, &self.name(number)).await
    }

    /// The sweep pointer; 0 if nothing was swept yet.
    pub(super) async fn swept(self, host: &impl Host) -> Result<i64, StoreError> {
        let text = host.get(self.swept).await?.map(String::from_utf8);
        let number = text.and_then(Result::ok).and_then(|text| text.parse().ok());
        Ok(number.unwrap_or(0))
    }

    /// Moves the sweep pointer forward, never back, because other requests sweep at the same time.
    pub(super) async fn advance_swept(
        self,
        host: &impl Host,
        number: i64,
    ) -> Result<(), StoreError> {
        if self.swept(host).await? < number {
            host.set(self.swept, number.to_string().as_bytes()).await?;
        }
        Ok(())
    }

    fn name(self, number: i64) -> String {
        format!("{}-{number}", self.entry)
    }
}
