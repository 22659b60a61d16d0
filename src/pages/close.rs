//! The page that stays behind when the browser hands over to an app that shows nothing in it.

use super::style;
use crate::text;
use askama::Template;

/// "You can close this window": for apps that own a scheme (RFC 8252, section 7.1). A browser that is sent there opens
/// the app, perhaps after a question, and goes on showing the page that it had.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/close.html")]
pub(crate) struct ClosePage<'a> {
    /// Host name under which this page is reached.
    pub(crate) host: &'a str,
    /// The name that the client gives itself.
    pub(crate) client_name: &'a str,
    /// The redirect URI with its parameters, for a browser that did not go there by itself.
    pub(crate) app_url: &'a str,
    /// What the person decided.
    pub(crate) completion: Completion,
}

/// How a connection ended in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completion {
    /// Authorized, with a key of its own.
    Minted,
    /// Authorized, with the key that the person entered.
    Pasted,
    /// Cancelled.
    Cancelled,
}

impl ClosePage<'_> {
    /// The page.
    pub(crate) fn html(&self) -> String {
        style::rendered(self)
    }

    fn client(&self) -> String {
        let name = text::display_name(self.client_name, text::NAME_LIMIT);
        if name.is_empty() {
            "your app".to_owned()
        } else {
            name
        }
    }
}
