//! The page that the browser keeps showing after it opened an app with a private-use scheme.

use super::style;
use crate::text;
use askama::Template;

/// "You can close this window", for apps with a private-use scheme (RFC 8252, section 7.1). A browser opens the app,
/// possibly after asking the person, and keeps showing this page.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/close.html")]
pub(crate) struct ClosePage<'a> {
    /// Host name of the connector.
    pub(crate) host: &'a str,
    pub(crate) client_name: &'a str,
    /// The redirect URI with its parameters, as a link for browsers that do not open the app by themselves.
    pub(crate) app_url: &'a str,
    pub(crate) completion: Completion,
}

/// How the consent form ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completion {
    /// The person authorized, and the portal minted a key.
    Minted,
    /// The person authorized with a pasted key.
    Pasted,
    /// The person cancelled.
    Cancelled,
}

impl ClosePage<'_> {
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
