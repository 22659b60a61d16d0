//! The page that says what went wrong.

use askama::Template;

use super::page::Frame;
use super::visit::Visit;
use crate::host::Host;
use crate::ids;
use crate::outgoing::Response;

/// What can go wrong; `problem.html` has the texts.
#[derive(Clone, Copy)]
pub(super) enum Problem {
    NoSuchPage,
    NoSuchKey,
    KeyLimit,
    StaleForm,
    UnknownApp,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    problem: Problem,
    title: &'static str,
    request_id: String,
}

impl<H: Host> Visit<'_, H> {
    /// The page for a problem, with a request id that the log names, too.
    pub(super) fn problem(&self, problem: Problem) -> Response {
        let (status, title) = match problem {
            Problem::NoSuchPage => (404, "There is no such page"),
            Problem::NoSuchKey => (404, "There is no such key"),
            Problem::KeyLimit => (409, "You have 50 live keys"),
            Problem::StaleForm => (400, "This form is out of date"),
            Problem::UnknownApp => (400, "This link is not valid"),
        };
        let request_id = ids::request_id(self.host.random());
        eprintln!("{request_id}: {status}: {title}");
        let page = ProblemPage {
            frame: self.frame.clone(),
            problem,
            title,
            request_id,
        };
        self.html(status, &page)
    }
}
