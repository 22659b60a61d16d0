//! The page on which a person decides whether an app may use their account.

use super::person::Person;
use super::phrase::{Html, html, plain};
use super::style;
use super::texts::Texts;
use crate::access::level::AccessLevel;
use crate::config::Links;
use crate::text;
use crate::upstream::portal::older_keys::OlderKey;
use askama::Template;

/// A redirect URI longer than this, in bytes, is shown in a box that scrolls, so that it does not displace the buttons.
const LONG_ADDRESS: usize = 240;
/// The number of older keys that are described one by one.
const KEYS_SHOWN: usize = 3;

/// The portal's menu, as the portal names it.
const KEYS_MENU: &str = "Developer › API keys";

/// The consent page. With `asks_for_key` it is also the sign-in page (`sign_in = "api-key"`).
///
/// The form posts `request`, `level` (`read` or `full`), `decision` (`authorize`, `authorize-read`, `authorize-full` or
/// `cancel`), with `asks_for_key` also `api_key`, and `replace` if the person replaces older keys, as
/// `application/x-www-form-urlencoded`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/consent.html")]
pub(crate) struct ConsentPage<'a> {
    pub(crate) t: &'static Texts,
    /// Host name of the connector.
    pub(crate) host: &'a str,
    pub(crate) client_name: &'a str,
    /// The host of the client metadata document; `None` for a registered client.
    pub(crate) verified_domain: Option<&'a str>,
    /// Whether the client proves with a key of that document that it comes from there. Otherwise any app can name it.
    pub(crate) proves_identity: bool,
    /// The name that the client gives itself although it looks like another one, and the brand that it imitates.
    pub(crate) imitation: Option<(&'a str, Option<&'a str>)>,
    /// The person who is signed in; `None` if the page asks for a key.
    pub(crate) person: Option<Person<'a>>,
    /// Target of the "Not you?" link.
    pub(crate) switch_url: Option<&'a str>,
    /// Balance of the person's account, if it is known.
    pub(crate) credits: Option<i64>,
    /// Where the browser goes after the decision, in words.
    pub(crate) destination: Destination<'a>,
    /// Whether the destination is the web site of a known brand.
    pub(crate) site_is_known: bool,
    /// Where the browser goes after the decision, in full.
    pub(crate) redirect_uri: &'a str,
    /// Name of the API key that an approval creates.
    pub(crate) key_name: &'a str,
    /// Path that the form is posted to.
    pub(crate) action: &'a str,
    /// The sealed request, which the form sends back unchanged.
    pub(crate) request: &'a str,
    /// Whether the page has a field for an API key.
    pub(crate) asks_for_key: bool,
    /// The older keys of the app that an approval can replace; `None` if there are none.
    pub(crate) replacement: Option<Replacement<'a>>,
    /// Why the page is shown again: one or two sentences.
    pub(crate) error: Option<&'a str>,
    /// The level that is selected when the page opens: [`AccessLevel::Read`], or what the person selected before.
    pub(crate) selected: AccessLevel,
    /// Whether the requested resource is a read-only one, so that the page offers no other level.
    pub(crate) read_only: bool,
    pub(crate) links: Links,
}

/// The older keys of the app.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replacement<'a> {
    /// At least one.
    pub(crate) keys: &'a [OlderKey],
    /// The value of the checkbox.
    pub(crate) offer: &'a str,
    pub(crate) is_preselected: bool,
}

/// Where the browser goes after the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destination<'a> {
    /// A web site.
    Web {
        /// Host name in ASCII, with the port if the URI has one.
        host: &'a str,
    },
    /// A loopback URI (RFC 8252, section 7.3).
    ThisComputer {
        /// `None` if the URI has no port.
        port: Option<u16>,
    },
    /// A private-use scheme of an app (RFC 8252, section 7.1).
    App {
        /// Without the colon.
        scheme: &'a str,
    },
}

impl ConsentPage<'_> {
    pub(crate) fn html(&self) -> String {
        style::rendered(self)
    }

    fn client(&self) -> String {
        let name = text::display_name(self.client_name, text::NAME_LIMIT);
        if name.is_empty() {
            self.t.consent.nameless.to_owned()
        } else {
            name
        }
    }

    fn title(&self) -> String {
        let title = plain(self.t.consent.title, &[("client", &self.client())]);
        match self.error {
            Some(_) => plain(self.t.consent.title_error, &[("title", &title)]),
            None => title,
        }
    }

    fn asks(&self) -> Html {
        let client = Html::isolated(&self.client()).strong();
        html(self.t.consent.asks, &[("client", client)])
    }

    /// What the client calls itself, if that imitates another name.
    fn imitates(&self) -> Option<Html> {
        let (claimed, brand) = self.imitation?;
        let claimed = ("claimed", Html::isolated(claimed));
        Some(match brand {
            Some(brand) => {
                let values = [claimed, ("brand", Html::text(brand))];
                html(self.t.consent.imitates, &values)
            }
            None => html(self.t.consent.disguised, &[claimed]),
        })
    }

    /// What Full allows beside reading; the template adds the logins and the credits. A test compares the list with
    /// the catalogue.
    fn full_access(&self) -> [&'static str; 4] {
        let texts = &self.t.consent;
        [
            texts.order_and_publish,
            texts.uploads_and_settings,
            texts.coverage,
            texts.public_reports,
        ]
    }

    fn consumes_credits(&self) -> String {
        match self.credits {
            Some(credits) => {
                let balance = self.t.language.number(credits);
                plain(self.t.consent.consumes_credits_of, &[("balance", &balance)])
            }
            None => self.t.consent.consumes_credits.to_owned(),
        }
    }

    fn sent_to(&self) -> Html {
        let texts = &self.t.consent;
        let destination = match self.destination {
            Destination::Web { host } => self.host_in_both_forms(host),
            Destination::ThisComputer { port: None } => Html::text(texts.this_computer).strong(),
            Destination::ThisComputer { port: Some(port) } => {
                let port = Html::text(&port.to_string());
                html(texts.this_computer_port, &[("port", port)]).strong()
            }
            Destination::App { scheme } => {
                html(texts.app_of_scheme, &[("scheme", Html::text(scheme))]).strong()
            }
        };
        let is_web = matches!(self.destination, Destination::Web { .. });
        let sentence = if is_web && self.is_risky() {
            texts.sent_to_unknown
        } else {
            texts.sent_to
        };
        html(sentence, &[("destination", destination)])
    }

    /// A host name in ASCII, and in Unicode if it is an internationalized one (RFC 5890): the first cannot look like
    /// another name, and people can read the second.
    fn host_in_both_forms(&self, host: &str) -> Html {
        let ascii = Html::text(host).strong();
        match text::readable_host(host) {
            Some(unicode) => ascii.followed_by(&unicode),
            None => ascii,
        }
    }

    fn key_will_be_created(&self) -> Html {
        let key = text::display_name(self.key_name, text::KEY_NAME_LIMIT);
        let key = Html::isolated(&key).emphasized();
        let values = [("key", key), ("menu", self.menu())];
        html(self.t.consent.key_will_be_created, &values)
    }

    fn with_menu(&self, phrase: &str) -> Html {
        html(phrase, &[("menu", self.menu())])
    }

    /// Where people revoke keys, as a link if its address is known.
    fn menu(&self) -> Html {
        let menu = Html::text(KEYS_MENU);
        match &self.links.keys_page {
            Some(url) => menu.linked(url),
            None => menu,
        }
    }

    /// Label of the checkbox.
    fn replace(&self, keys: &[OlderKey]) -> String {
        match keys.len() {
            1 => self.t.consent.replace_one.to_owned(),
            many => plain(self.t.consent.replace_many, &[("count", &many.to_string())]),
        }
    }

    /// An older key in words: `…12ab, Read-only, last used on 2026-11-20`.
    fn older_key(&self, key: &OlderKey) -> String {
        let texts = &self.t.consent;
        let level = if key.reads_only {
            texts.read_only
        } else {
            texts.full_access
        };
        let used = match key.last_used {
            Some(at) => {
                let date = at.date_naive().to_string();
                plain(texts.last_used, &[("date", &date)])
            }
            None => texts.never_used.to_owned(),
        };
        format!("…{}, {level}, {used}", key.last_four)
    }

    fn more_keys(&self, keys: &[OlderKey]) -> Option<String> {
        let more = keys
            .len()
            .checked_sub(KEYS_SHOWN)
            .filter(|more| *more > 0)?;
        let values = [("count", &*more.to_string())];
        Some(plain(self.t.consent.more_keys, &values))
    }

    fn address(&self) -> String {
        text::ascii_url(self.redirect_uri)
    }

    fn address_is_long(&self) -> bool {
        self.address().len() > LONG_ADDRESS
    }

    /// Whether the destination needs a warning: the client is not verified and its web site is unknown, or any program
    /// can be at the other end. Anyone can publish a metadata document, so a verified client that leads to another site
    /// than its own needs one, too.
    fn is_risky(&self) -> bool {
        if self.site_is_known {
            return false;
        }
        match (self.destination, self.verified_domain) {
            (Destination::Web { host }, Some(domain)) => {
                host != domain && !host.ends_with(&format!(".{domain}"))
            }
            (_, domain) => domain.is_none(),
        }
    }

    /// Whether the page asks the person to go on only if they started this: any program can listen on this computer or
    /// claim a scheme.
    fn asks_who_started(&self) -> bool {
        self.is_risky() && !matches!(self.destination, Destination::Web { .. })
    }

    fn reads_only(&self) -> bool {
        self.selected == AccessLevel::Read || self.read_only
    }
}
