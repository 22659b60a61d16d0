//! Which accounts and posts a request is about.

use serde_json::Value;

use crate::error::ApiError;
use crate::request::Request;
use crate::resources::analytics::period::Period;
use crate::resources::analytics::posts::{self, Post, Tracked};
use crate::resources::reference;
use crate::workspace::Workspace;

/// Filters; an empty list filters nothing, an id that is not there matches nothing.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The workspace it has to be.
    pub workspace: Option<String>,
    /// Ids of delivered accounts.
    pub accounts: Vec<String>,
    /// Platforms.
    pub platforms: Vec<String>,
    /// Country codes or their aliases.
    pub countries: Vec<String>,
    /// A text that is in a handle, a display name, a caption or a link, whatever the case.
    pub text: Option<String>,
    /// When posts went live.
    pub period: Option<Period>,
}

impl Selection {
    /// The filters of a query.
    pub fn of_query(request: &Request) -> Result<Self, ApiError> {
        let list = |name: &str| match request.query.get(name) {
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            Some(Value::String(text)) => vec![text.clone()],
            _ => Vec::new(),
        };
        Ok(Self {
            workspace: request.text("workspace").map(str::to_owned),
            accounts: list("account"),
            platforms: list("platform"),
            countries: list("country"),
            text: request.text("q").map(str::to_owned),
            period: Some(Period::of_query(request)?),
        })
    }

    /// The accounts and posts that pass.
    pub fn of<'a>(&self, workspace: &'a Workspace, now: i64) -> Vec<Tracked<'a>> {
        if self
            .workspace
            .as_ref()
            .is_some_and(|wanted| !wanted.is_empty() && *wanted != workspace.id)
        {
            return Vec::new();
        }
        let mut found: Vec<Tracked<'_>> = posts::all(workspace, now)
            .into_iter()
            .filter(|tracked| self.takes_account(tracked))
            .collect();
        for tracked in &mut found {
            let about_account =
                self.text_matches(&[&tracked.account.username, &tracked.account.visible_name]);
            tracked
                .posts
                .retain(|post| self.takes_post(post, about_account));
        }
        found
    }

    fn takes_account(&self, tracked: &Tracked<'_>) -> bool {
        let account = tracked.account;
        (self.accounts.is_empty()
            || self
                .accounts
                .iter()
                .any(|id| id.eq_ignore_ascii_case(&account.id)))
            && (self.platforms.is_empty() || self.platforms.contains(&account.platform))
            && (self.countries.is_empty()
                || self
                    .countries
                    .iter()
                    .any(|code| reference::listed_code(code) == account.country))
    }

    fn takes_post(&self, post: &Post<'_>, about_account: bool) -> bool {
        self.period
            .is_none_or(|period| period.contains(post.posted_at))
            && (about_account || self.text_matches(&[post.caption(), post.url()]))
    }

    fn text_matches(&self, texts: &[&str]) -> bool {
        let wanted = self.text.as_deref().unwrap_or_default().to_lowercase();
        texts
            .iter()
            .any(|text| text.to_lowercase().contains(&wanted))
    }
}
