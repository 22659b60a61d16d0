//! The page that says what went wrong and what to do next.

use super::phrase::{Html, html};
use super::style;
use super::texts::Texts;
use askama::Template;

/// The error page. [`Problem`](super::Problem) has the texts.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/error.html")]
pub(crate) struct ErrorPage<'a> {
    pub(super) t: &'static Texts,
    /// Host name of the connector.
    pub(super) host: &'a str,
    /// Heading and title.
    pub(super) title: &'a str,
    /// One or two sentences.
    pub(super) what_happened: String,
    /// One or two sentences that begin with what to do.
    pub(super) what_to_do: String,
    /// Id under which the operator finds the cause in the log.
    pub(super) request_id: &'a str,
}

impl ErrorPage<'_> {
    pub(crate) fn html(&self) -> String {
        style::rendered(self)
    }

    fn request(&self) -> Html {
        request_line(self.t, self.request_id)
    }
}

/// The line with the id under which the operator finds the cause in the log.
pub(super) fn request_line(t: &Texts, request_id: &str) -> Html {
    html(t.error.request_id, &[("id", Html::text(request_id).code())])
}
