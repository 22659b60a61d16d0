//! The page that says what went wrong and what to do now.

use super::style;
use askama::Template;

/// The error page; [`Problem`](super::Problem) has the texts.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage<'a> {
    /// Host name under which this page is reached.
    pub host: &'a str,
    /// Heading and title.
    pub title: &'a str,
    /// One or two sentences.
    pub what_happened: &'a str,
    /// One or two sentences that begin with what to do.
    pub what_to_do: &'a str,
    /// What an operator looks for in the log.
    pub request_id: &'a str,
}

impl ErrorPage<'_> {
    /// The page.
    pub fn html(&self) -> String {
        style::rendered(self)
    }
}
