//! The page that the browser keeps showing after it opened an app with a private-use scheme.

use super::phrase::{Html, html};
use super::style;
use super::texts::Texts;
use crate::text;
use askama::Template;

/// "You can close this window", for apps with a private-use scheme (RFC 8252, section 7.1). A browser opens the app,
/// possibly after asking the person, and keeps showing this page.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/close.html")]
pub(crate) struct ClosePage<'a> {
    pub(crate) t: &'static Texts,
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
        text::display_name(self.client_name, text::NAME_LIMIT)
    }

    fn go_back(&self) -> Html {
        self.with_client(self.t.close.go_back, self.t.close.go_back_nameless)
    }

    fn nothing_happened(&self) -> Html {
        let link = self.with_client(self.t.close.open, self.t.close.open_nameless);
        let values = [("link", link.linked(self.app_url))];
        html(self.t.close.nothing_happened, &values)
    }

    fn with_client(&self, named: &str, nameless: &str) -> Html {
        match self.client().as_str() {
            "" => Html::text(nameless),
            client => html(named, &[("client", Html::isolated(client))]),
        }
    }
}
