//! The page behind the address of the connector, for people who open it in a browser: what this is, how to add it to
//! each MCP host, and what to try first.

mod hosts;
mod install_link;
#[cfg(test)]
mod tests;

use self::hosts::{CHECKED, HOSTS, McpHost, Note, Step};
use super::phrase::{self, Html};
use super::reply::{FormAction, html};
use super::style;
use super::texts::{self, Texts, WelcomeTexts};
use crate::access::resource_url::ResourceUrl;
use crate::app::Context;
use crate::config::SignIn;
use crate::host::Host;
use crate::web::reply::{self, Reply};
use askama::Template;
use http::{StatusCode, header};

/// The page.
#[derive(Template)]
#[template(path = "pages/welcome.html")]
struct WelcomePage<'a> {
    t: &'static Texts,
    /// Host name of the connector.
    host: &'a str,
    /// The address to add, with the query that the person opened.
    address: &'a str,
    /// Address of the page for search engines; `None` if they must not list it.
    canonical: Option<&'a str>,
    /// Whether the query of the address is valid. If it is not, `address` has none.
    is_valid: bool,
    is_narrowed: bool,
    /// Whether the connector runs on the person's computer, where hosts in the cloud do not reach it.
    is_local: bool,
    /// Whether people enter an API key instead of signing in at the portal.
    asks_for_key: bool,
    sections: Vec<Section>,
}

/// The instructions for one host.
struct Section {
    id: &'static str,
    name: &'static str,
    is_remote: bool,
    lines: Vec<Line>,
}

/// One step: a sentence, and what to copy or to open.
struct Line {
    sentence: Html,
    code: Option<String>,
    /// Target of a button that has the sentence as its text.
    link: Option<String>,
    /// Whether the line is no step: it has no number.
    is_aside: bool,
}

/// Answers a browser at `/` and at the MCP endpoint. `query` narrows the address. `is_front_page` is true for `/`.
///
/// The page never repeats a query that is not valid, because a link must not be able to put text on our page.
pub(crate) fn reply<H: Host>(context: &Context<'_, H>, query: &str, is_front_page: bool) -> Reply {
    let config = context.config;
    let resource = ResourceUrl::parse(query);
    let is_valid = resource.is_ok();
    let address = resource.unwrap_or_default().applied_to(&config.resource);
    let canonical = format!("{}/", config.public_url);
    let is_listed = is_front_page && !config.is_loopback;
    let t = texts::of(context.language);
    let mut page = WelcomePage {
        t,
        host: &config.public_authority,
        address: &address,
        canonical: is_listed.then_some(&canonical),
        is_valid,
        is_narrowed: address != config.resource,
        is_local: config.is_loopback,
        asks_for_key: matches!(config.sign_in, SignIn::ApiKey),
        sections: Vec::new(),
    };
    page.sections = HOSTS.iter().map(|host| page.section(host)).collect();
    let status = if is_valid {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let mut reply = html(
        status,
        context.language,
        style::rendered(&page),
        FormAction::Nowhere,
    );
    reply::set(&mut reply, header::VARY, "accept, accept-language");
    if is_listed {
        reply.headers_mut().remove("x-robots-tag");
    }
    reply
}

impl WelcomePage<'_> {
    fn section(&self, host: &McpHost) -> Section {
        let is_unnamed = host.name.is_empty();
        Section {
            id: host.id,
            name: if is_unnamed {
                self.t.welcome.other_apps
            } else {
                host.name
            },
            is_remote: host.is_remote,
            lines: host
                .steps
                .iter()
                .map(|step| self.line(step, host))
                .collect(),
        }
    }

    fn line(&self, step: &Step, host: &McpHost) -> Line {
        let t = &self.t.welcome;
        match *step {
            Step::Install(link) => Line {
                sentence: Html::text(&phrase::plain(t.install, &[("name", host.name)])),
                link: Some(link.to(self.address)),
                ..line(t.or, "")
            },
            Step::Or => aside(t.or),
            Step::Open(menu) => line(t.open, menu),
            Step::Address(field) => self.copy(line(t.address_field, field), hosts::URL),
            Step::Choose(option) => line(t.choose, option),
            Step::Press(button) => line(t.press, button),
            Step::Run(command) => self.copy(line(t.run, ""), command),
            Step::Type(command) => self.copy(line(t.type_in, host.name), command),
            Step::Configure(file, entry) => self.copy(line(t.configure, file), entry),
            Step::SignIn if self.asks_for_key => line(t.enter_key, ""),
            Step::SignIn => line(t.sign_in, ""),
            Step::Note(note) => aside(text_of(note, t)),
        }
    }

    /// The line with a command to copy.
    fn copy(&self, line: Line, template: &str) -> Line {
        Line {
            code: Some(template.replace(hosts::URL, self.address)),
            ..line
        }
    }

    fn checked(&self) -> Html {
        let date = Html::time(CHECKED);
        phrase::html(self.t.welcome.checked, &[("date", date)])
    }
}

/// A line with a name in the place that the text leaves for it.
fn line(text: &str, name: &str) -> Line {
    Line {
        sentence: phrase::html(text, &[("name", Html::text(name).strong())]),
        code: None,
        link: None,
        is_aside: false,
    }
}

fn aside(text: &str) -> Line {
    Line {
        is_aside: true,
        ..line(text, "")
    }
}

fn text_of(note: Note, t: &WelcomeTexts) -> &'static str {
    match note {
        Note::Claude => t.note_claude,
        Note::ChatGpt => t.note_chatgpt,
        Note::Codex => t.note_codex,
        Note::Windsurf => t.note_windsurf,
        Note::Inspector => t.note_inspector,
        Note::Other => t.note_other,
        Note::Bridge => t.note_bridge,
        Note::Script => t.note_script,
    }
}
