//! The page that sends the browser back to the app.

use super::phrase::{Html, html, plain};
use super::style;
use super::texts::Texts;
use crate::text;
use askama::Template;

/// "You are being sent back to Claude." For an app with a private-use scheme (RFC 8252, section 7.1) it says "You can
/// close this window": a browser opens the app, possibly after asking the person, and keeps showing this page.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/close.html")]
pub(crate) struct ClosePage<'a> {
    pub(crate) t: &'static Texts,
    /// Host name of the connector.
    pub(crate) host: &'a str,
    pub(crate) client_name: &'a str,
    /// The redirect URI with its parameters, as a link for browsers that do not move on by themselves.
    pub(crate) app_url: &'a str,
    /// Whether the redirect URI has a private-use scheme.
    pub(crate) opens_app: bool,
    pub(crate) completion: Completion,
}

/// How the transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completion {
    /// The person authorized, and the portal minted a key.
    Minted,
    /// The person authorized with a pasted key.
    Pasted,
    /// The person cancelled.
    Cancelled,
    /// The person cancelled at the portal, or the portal refused the person.
    Refused,
    /// The sign-in at the portal failed.
    Failed,
}

impl ClosePage<'_> {
    pub(crate) fn html(&self) -> String {
        style::rendered(self)
    }

    fn is_connected(&self) -> bool {
        matches!(self.completion, Completion::Minted | Completion::Pasted)
    }

    fn title(&self) -> String {
        let texts = &self.t.close;
        let title = match (self.opens_app, self.client().as_str()) {
            (true, _) => texts.can_close.to_owned(),
            (false, "") => texts.sent_back_nameless.to_owned(),
            (false, client) => plain(texts.sent_back, &[("client", client)]),
        };
        title.trim_end_matches('.').to_owned()
    }

    fn heading(&self) -> Html {
        let texts = &self.t.close;
        if self.opens_app {
            Html::text(texts.can_close)
        } else {
            self.with_client(texts.sent_back, texts.sent_back_nameless)
        }
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

    fn client(&self) -> String {
        text::display_name(self.client_name, text::NAME_LIMIT)
    }
}
