//! The page for apps on this computer that show nothing themselves.

use super::{style, text};
use askama::Template;

/// "You can close this window."
#[derive(Debug, Clone, Template)]
#[template(path = "pages/close.html")]
pub struct ClosePage<'a> {
    /// Host name under which this page is reached.
    pub host: &'a str,
    /// The name that the client gives itself.
    pub client_name: &'a str,
}

impl ClosePage<'_> {
    /// The page.
    pub fn html(&self) -> String {
        style::rendered(self)
    }

    fn client(&self) -> String {
        let name = text::name(self.client_name, text::NAME_LIMIT);
        if name.is_empty() {
            "your app".to_owned()
        } else {
            name
        }
    }
}
