//! The page on which a person decides whether an app may use their account.

use super::style;
use crate::access::level::AccessLevel;
use crate::text;
use askama::Template;

/// Addresses longer than this get a box of their own that scrolls, so that they can't push the buttons away.
const LONG_ADDRESS: usize = 240;
/// What stands for a client without a name that can be read.
const NAMELESS: &str = "An app without a name";

/// The consent page; with `asks_for_key` it is the sign-in page as well (`sign_in = "api-key"`).
///
/// Its form sends `request`, `level` (`read` or `full`), `decision` (`authorize` or `cancel`) and, with
/// `asks_for_key`, `api_key`, as `application/x-www-form-urlencoded` by POST.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/consent.html")]
pub(crate) struct ConsentPage<'a> {
    /// Host name under which this page is reached.
    pub(crate) host: &'a str,
    /// The name that the client gives itself.
    pub(crate) client_name: &'a str,
    /// The domain that vouches for the client; none for a client that registered itself.
    pub(crate) verified_domain: Option<&'a str>,
    /// Who is signed in; nobody yet when the page asks for a key.
    pub(crate) person: Option<Person<'a>>,
    /// Where another person signs in ("Not you?").
    pub(crate) switch_url: Option<&'a str>,
    /// Balance of the person's account, where it is known.
    pub(crate) credits: Option<i64>,
    /// Where the browser goes afterwards, in words.
    pub(crate) destination: Destination<'a>,
    /// Where the browser goes afterwards, in full.
    pub(crate) redirect_uri: &'a str,
    /// Name of the API key that an approval creates.
    pub(crate) key_name: &'a str,
    /// ResourceUrl the form is sent to, on this origin.
    pub(crate) action: &'a str,
    /// The sealed request, sent back as it is.
    pub(crate) request: &'a str,
    /// Whether the page has a field for an API key.
    pub(crate) asks_for_key: bool,
    /// Why the page is shown again: one or two sentences.
    pub(crate) error: Option<&'a str>,
    /// The level that is chosen when the page opens; [`AccessLevel::Read`] unless the person chose before.
    pub(crate) selected: AccessLevel,
    /// Whether the address of the connection is a read-only one, so that there is no other level to choose.
    pub(crate) read_only: bool,
}

/// The person who is signed in at the portal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    /// Full name; may be empty.
    pub(crate) name: &'a str,
    /// Email address.
    pub(crate) email: &'a str,
}

/// Where the browser goes after the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destination<'a> {
    /// A web site.
    Web {
        /// Its host name in ASCII, with the port if it isn't the usual one.
        host: &'a str,
    },
    /// A loopback address (RFC 8252, section 7.3).
    ThisComputer {
        /// The port, unless it is the scheme's own.
        port: Option<u16>,
    },
    /// An app that has a scheme to itself (RFC 8252, section 7.1).
    App {
        /// The scheme, without the colon.
        scheme: &'a str,
    },
}

impl ConsentPage<'_> {
    /// The page.
    pub(crate) fn html(&self) -> String {
        style::rendered(self)
    }

    fn client(&self) -> String {
        let name = text::display_name(self.client_name, text::NAME_LIMIT);
        if name.is_empty() {
            NAMELESS.to_owned()
        } else {
            name
        }
    }

    fn key(&self) -> String {
        text::display_name(self.key_name, text::KEY_NAME_LIMIT)
    }

    fn balance(&self) -> Option<String> {
        self.credits.map(text::grouped)
    }

    fn address(&self) -> String {
        text::ascii_address(self.redirect_uri)
    }

    fn address_is_long(&self) -> bool {
        self.address().len() > LONG_ADDRESS
    }

    /// Only a web site can be recognised by its name; any program can listen on this computer or claim a scheme.
    fn warns(&self) -> bool {
        !matches!(self.destination, Destination::Web { .. })
    }

    fn reads_only(&self) -> bool {
        self.selected == AccessLevel::Read || self.read_only
    }
}

impl Person<'_> {
    fn shown_name(&self) -> String {
        text::display_name(self.name, text::NAME_LIMIT)
    }

    fn has_name(&self) -> bool {
        !self.shown_name().is_empty()
    }

    /// The address up to the `@`: a narrow screen breaks the line there.
    fn mailbox(&self) -> &str {
        &self.email[..self.at()]
    }

    /// The address from the `@` on.
    fn mail_domain(&self) -> &str {
        &self.email[self.at()..]
    }

    fn at(&self) -> usize {
        self.email.rfind('@').unwrap_or(self.email.len())
    }

    /// The letter in the circle beside the name.
    fn initial(&self) -> String {
        let letter = |text: &str| text.chars().find(|character| character.is_alphanumeric());
        letter(self.name)
            .or_else(|| letter(self.email))
            .map(|letter| letter.to_uppercase().collect())
            .unwrap_or_default()
    }
}
