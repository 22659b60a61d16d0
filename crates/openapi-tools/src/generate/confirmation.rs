//! The words of a confirmation: `x-confirm` of an operation, `x-subjects` and `x-confirm-words` of the document.

use serde_json::{Map, Value};

use super::arguments::Arguments;
use crate::context::Context;
use crate::problem::{at, nth};
use crate::table::{Confirmation, Scope, Subject, Tool};

/// The name of the subject's label in a question.
const SUBJECT: &str = "subject";

impl<'d> Context<'d> {
    /// The confirmation of an operation. A part of the wrong type, and a template with an unknown name, is a problem.
    pub(crate) fn confirmation<'a>(
        &mut self,
        operation: &'d Map<String, Value>,
        pointer: &str,
        arguments: &Arguments<'a>,
    ) -> Option<Confirmation<'a>> {
        let (arena, place) = (arguments.arena, at(pointer, "x-confirm"));
        let confirm = self
            .object(operation.get("x-confirm")?, &place, "x-confirm")?
            .0;
        let subject = self.subject(confirm, &at(&place, SUBJECT), arguments);
        let questions = self.templates(confirm, &place, "questions");
        let known = |name: &str| {
            let is_argument = arguments.list.iter().any(|argument| argument.name == name);
            is_argument || (name == SUBJECT && subject.is_some())
        };
        for (index, question) in questions.iter().enumerate() {
            for name in placeholders(question).filter(|name| !known(name)) {
                self.report.problem(
                    &nth(&at(&place, "questions"), index),
                    format!("{{{name}}} is neither an argument nor the subject"),
                );
            }
        }
        let warning = self.string(confirm, &place, "warning");
        Some(Confirmation {
            questions: arena.texts(&questions),
            warning: warning.map(|warning| arena.text(warning)),
            subject,
            words: arena.list(&self.words(arguments)),
        })
    }

    /// The subject: `"account"`, or `{"account": "saved_account_id"}` with the argument that names it (`id` without).
    /// Its `read` is an operationId until [`Self::resolve_subjects`].
    fn subject<'a>(
        &mut self,
        confirm: &Map<String, Value>,
        place: &str,
        arguments: &Arguments<'a>,
    ) -> Option<Subject<'a>> {
        let arena = arguments.arena;
        let named = match confirm.get(SUBJECT)? {
            Value::String(name) => Some((name.as_str(), "id")),
            Value::Object(map) => map
                .iter()
                .next()
                .filter(|_| map.len() == 1)
                .and_then(|(name, argument)| Some((name.as_str(), argument.as_str()?))),
            _ => None,
        };
        let Some((name, argument)) = named else {
            self.report.problem(
                place,
                "must be the name of a subject, or an object with it and the argument that names it",
            );
            return None;
        };
        let Some(argument) = arguments.list.iter().find(|known| known.name == argument) else {
            self.report
                .problem(place, format!("{argument:?} is not an argument"));
            return None;
        };
        let root: &'d Value = self.root;
        let Some(Value::Object(subject)) = root.get("x-subjects").and_then(|all| all.get(name))
        else {
            self.report.problem(
                place,
                format!("the document has no object {name:?} in x-subjects"),
            );
            return None;
        };
        let place = at("/x-subjects", name);
        let read = self.string(subject, &place, "read");
        let by = self.string(subject, &place, "by");
        let labels = self.templates(subject, &place, "labels");
        let (Some(read), Some(by)) = (read, by) else {
            self.report
                .problem(&place, "must have the members \"read\" and \"by\"");
            return None;
        };
        Some(Subject {
            read: arena.text(read),
            by: arena.text(by),
            argument: argument.name,
            labels: arena.texts(&labels),
        })
    }

    /// A member that must be a list of templates.
    fn templates(&mut self, map: &Map<String, Value>, pointer: &str, name: &str) -> Vec<String> {
        let list = map.get(name).and_then(Value::as_array);
        let texts = list.map(|list| list.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
        let Some(Some(texts)) = texts.filter(|texts| texts.as_ref().is_some_and(|t| !t.is_empty()))
        else {
            self.report.problem(
                &at(pointer, name),
                "must be a list of strings with at least one",
            );
            return Vec::new();
        };
        for (index, text) in texts.iter().enumerate() {
            if text.matches('{').count() != placeholders(text).count() {
                self.report.problem(
                    &nth(&at(pointer, name), index),
                    "every brace must enclose a name",
                );
            }
        }
        texts.into_iter().map(str::to_owned).collect()
    }

    /// `x-confirm-words` of the document: what people read in place of values.
    fn words<'a>(&mut self, arguments: &Arguments<'a>) -> Vec<(&'a str, &'a str)> {
        let Some(words) = self.root.get("x-confirm-words") else {
            return Vec::new();
        };
        let arena = arguments.arena;
        let pairs = words.as_object().and_then(|map| {
            map.iter()
                .map(|(value, word)| Some((arena.text(value), arena.text(word.as_str()?))))
                .collect()
        });
        pairs.unwrap_or_else(|| {
            self.report
                .problem("/x-confirm-words", "must be an object of strings");
            Vec::new()
        })
    }

    /// Replaces the operationIds of subjects by the names of the tools that read them.
    pub(crate) fn resolve_subjects(&mut self, tools: &mut [Tool<'_>]) {
        let reads: Vec<_> = tools
            .iter()
            .filter(|tool| tool.facts.scope == Scope::Read)
            .map(|tool| (tool.operation.id, tool.name, tool.operation.arguments))
            .collect();
        for tool in tools {
            let confirmation = tool.confirmation.as_mut();
            let Some(subject) = confirmation.and_then(|words| words.subject.as_mut()) else {
                continue;
            };
            let found = reads.iter().find(|(id, ..)| *id == subject.read);
            match found {
                Some((_, name, arguments)) if arguments.iter().any(|a| a.name == subject.by) => {
                    subject.read = name;
                }
                _ => self.report.problem(
                    "/x-subjects",
                    format!(
                        "no operation {:?} reads with the argument {:?}",
                        subject.read, subject.by
                    ),
                ),
            }
        }
    }
}

/// The names in the braces of a template.
fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| !name.is_empty())
}
