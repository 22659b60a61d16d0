//! A step of the walk.

use serde_json::Value;

/// The body of a step. Strings like `{name}` stand for what earlier answers brought.
#[derive(Clone)]
pub(super) enum Body {
    None,
    Json(Value),
    Form(&'static str, &'static str),
}

/// Hours that pass first, method, path, body, and what the answer brings: name and JSON pointer.
pub(super) type Step = (
    i64,
    &'static str,
    &'static str,
    Body,
    &'static [(&'static str, &'static str)],
);

pub(super) fn get(path: &'static str) -> Step {
    (0, "GET", path, Body::None, &[])
}

pub(super) fn find(path: &'static str, found: &'static [(&'static str, &'static str)]) -> Step {
    (0, "GET", path, Body::None, found)
}

pub(super) fn plain(method: &'static str, path: &'static str) -> Step {
    (0, method, path, Body::None, &[])
}

pub(super) fn with(method: &'static str, path: &'static str, body: Value) -> Step {
    (0, method, path, Body::Json(body), &[])
}

pub(super) fn form(path: &'static str, file: &'static str, content: &'static str) -> Step {
    (0, "POST", path, Body::Form(file, content), &[])
}

pub(super) fn later(hours: i64, mut step: Step) -> Step {
    step.0 = hours;
    step
}

pub(super) fn finding(mut step: Step, found: &'static [(&'static str, &'static str)]) -> Step {
    step.4 = found;
    step
}
