//! The page on which a person approves a call that spends credits or cannot be undone.

use super::person::Person;
use super::phrase::{Html, html, plain};
use super::style;
use super::texts::Texts;
use crate::access::approval::{Answer, Words};
use crate::text;
use askama::Template;

/// The approval page. Its forms post `request`, and either `api_key` or `decision` (`approve` or `decline`), as
/// `application/x-www-form-urlencoded`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/approval.html")]
pub(crate) struct ApprovalPage<'a> {
    pub(crate) t: &'static Texts,
    /// Host name of the connector.
    pub(crate) host: &'a str,
    /// Path that the form is posted to.
    pub(crate) action: &'a str,
    /// What the form sends back unchanged; empty if the page has no form.
    pub(crate) request: &'a str,
    pub(crate) content: Content<'a>,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub(crate) enum Content<'a> {
    /// A field for the key, if people sign in with keys.
    Key {
        /// Why the page is shown again.
        error: Option<String>,
    },
    Question {
        words: &'a Words,
        /// Name of the key that the app has, if the portal told it.
        key_name: Option<&'a str>,
        /// The person who is signed in; `None` if people sign in with keys.
        person: Option<Person<'a>>,
        /// Target of the "Not you?" link.
        switch_url: Option<String>,
        /// Whether the question is another one than the person answered.
        is_changed: bool,
    },
    Answered(Answer),
    /// The key of the call belongs to another person.
    OtherPerson {
        person: Person<'a>,
        switch_url: Option<String>,
    },
}

impl ApprovalPage<'_> {
    pub(crate) fn html(&self) -> String {
        style::rendered(self)
    }

    fn title(&self) -> String {
        let texts = &self.t.approval;
        match &self.content {
            Content::Key { .. } => texts.whose_key,
            Content::Question { .. } => texts.title,
            Content::Answered(Answer::Approved) => texts.go_on,
            Content::Answered(Answer::Declined) => texts.declined,
            Content::OtherPerson { .. } => texts.other_person,
        }
        .trim_end_matches(['.', '?'])
        .trim_end()
        .to_owned()
    }

    fn asks_for_key(&self) -> bool {
        matches!(self.content, Content::Key { .. })
    }

    fn notice(&self) -> Option<&str> {
        match &self.content {
            Content::Key { error } => error.as_deref(),
            Content::Question {
                words, is_changed, ..
            } => (words.is_repeated || *is_changed).then_some(self.t.approval.changed),
            Content::Answered(_) | Content::OtherPerson { .. } => None,
        }
    }

    fn asked_by(&self, key_name: &Option<&str>) -> Html {
        let texts = &self.t.approval;
        let name = text::display_name(key_name.unwrap_or_default(), text::KEY_NAME_LIMIT);
        if name.is_empty() {
            return Html::text(texts.asked);
        }
        html(
            texts.asked_by,
            &[("key", Html::isolated(&name).emphasized())],
        )
    }

    fn number(&self, credits: &u64) -> String {
        i64::try_from(*credits).map_or_else(
            |_| credits.to_string(),
            |credits| self.t.language.number(credits),
        )
    }

    fn price(&self, words: &Words) -> Html {
        let texts = &self.t.approval;
        match (words.price, words.cost.as_deref()) {
            (Some(price), _) => Html::text(&self.credits(price)),
            (None, Some("")) => Html::text(texts.price_unknown),
            // The catalogue is in English.
            (None, Some(cost)) => Html::text(cost).english(),
            (None, None) => Html::text(&self.credits(0)),
        }
    }

    /// A number of credits in words.
    fn credits(&self, credits: u64) -> String {
        let texts = &self.t.approval;
        match credits {
            1 => texts.one_credit.to_owned(),
            _ => plain(texts.credits, &[("count", &self.number(&credits))]),
        }
    }

    /// Label of the button.
    fn approve(&self, words: &Words) -> String {
        let texts = &self.t.approval;
        match words.price {
            Some(price) if price > 0 => {
                plain(texts.approve_price, &[("price", &self.credits(price))])
            }
            _ => texts.approve.to_owned(),
        }
    }

    fn more(&self, words: &Words) -> String {
        let count = words.more_arguments.to_string();
        plain(self.t.approval.more, &[("count", &count)])
    }
}
