//! The page for operators: what was checked, what is wrong, and what to change.

use super::error::request_line;
use super::phrase::{Html, html};
use super::style;
use super::texts::{self, ChecksTexts, Texts};
use crate::check::{Check, CheckName, Subject};
use crate::config::VariableProblem;
use crate::web::language::Language;
use askama::Template;

/// A list of checks, or of variables with invalid values. What is wrong is in English, as in the log.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/checks.html")]
pub(crate) struct ChecksPage<'a> {
    t: &'static Texts,
    /// Host name of the connector.
    host: &'a str,
    title: &'static str,
    summary: &'static str,
    items: Vec<Item>,
    request_id: &'a str,
}

/// One check or variable.
#[derive(Debug, Clone)]
struct Item {
    name: Html,
    /// What was found out.
    note: Option<Html>,
    /// `None` if the check passed.
    problem: Option<Html>,
    fix: Option<Html>,
}

impl<'a> ChecksPage<'a> {
    /// The page of `/readyz` or `/readyz/portal`.
    pub(crate) fn of_checks(
        checks: &[Check],
        subject: Subject,
        language: Language,
        host: &'a str,
        request_id: &'a str,
    ) -> Self {
        let t = texts::of(language);
        let c = &t.checks;
        let is_ready = checks.iter().all(|check| check.ok);
        let (title, summary) = match (subject, is_ready) {
            (Subject::Connector, true) => (c.ready_title, c.ready),
            (Subject::Connector, false) => (c.not_ready_title, c.not_ready),
            (Subject::Portal, true) => (c.portal_ready_title, c.portal_ready),
            (Subject::Portal, false) => (c.portal_not_ready_title, c.portal_not_ready),
        };
        let items = checks.iter().map(|check| Item {
            name: Html::text(name(c, check.name)),
            note: check.note.as_deref().map(english),
            problem: check.problem.as_deref().map(english),
            fix: check.fix.as_deref().map(english),
        });
        Self {
            t,
            host,
            title,
            summary,
            items: items.collect(),
            request_id,
        }
    }

    /// The page in place of every other one while variables have invalid values.
    pub(crate) fn of_variables(
        problems: &[VariableProblem],
        language: Language,
        host: &'a str,
        request_id: &'a str,
    ) -> Self {
        let t = texts::of(language);
        let items = problems.iter().map(|wrong| Item {
            name: Html::text(wrong.variable).code(),
            note: None,
            problem: Some(english(&format!("It {}.", wrong.problem))),
            fix: Some(html(t.checks.example, &[("value", example(wrong.example))])),
        });
        Self {
            t,
            host,
            title: t.checks.not_configured_title,
            summary: t.checks.not_configured,
            items: items.collect(),
            request_id,
        }
    }

    pub(crate) fn html(&self) -> String {
        style::rendered(self)
    }

    fn request(&self) -> Html {
        request_line(self.t, self.request_id)
    }
}

fn name(texts: &'static ChecksTexts, name: CheckName) -> &'static str {
    match name {
        CheckName::Configuration => texts.configuration,
        CheckName::Store => texts.store,
        CheckName::Portal => texts.portal,
        CheckName::Keys => texts.keys,
        CheckName::Api => texts.api,
        CheckName::SignIn => texts.sign_in,
        CheckName::Discovery => texts.discovery,
        CheckName::Signing => texts.signing,
        CheckName::ClientAuthentication => texts.client_authentication,
        CheckName::RedirectUri => texts.redirect_uri,
        CheckName::Origins => texts.origins,
        CheckName::Clock => texts.clock,
        CheckName::Scopes => texts.scopes,
        CheckName::Pkce => texts.pkce,
        CheckName::ResponseIssuer => texts.response_issuer,
    }
}

/// A value as code, or an instruction that has code in it.
fn example(text: &str) -> Html {
    if text.contains('`') {
        english(text)
    } else {
        Html::text(text).code()
    }
}

/// English text with what stands between backticks as code.
fn english(text: &str) -> Html {
    let parts = text.split('`').enumerate();
    let text = parts.fold(Html::text(""), |before, (i, part)| {
        let part = Html::text(part);
        before.followed_by_html(if i % 2 == 1 { part.code() } else { part })
    });
    text.english()
}
