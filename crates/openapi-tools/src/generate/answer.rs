//! What is said about an answer: `x-answer` of an operation.

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, NewArgument};
use crate::arena::Arena;
use crate::context::Context;
use crate::problem::at;
use crate::table::{AnswerFacts, Details, Given, Kind, Location, Rows, Style};

impl<'d> Context<'d> {
    /// The facts about the answer of an operation. A part of the wrong type is a problem.
    pub(crate) fn answer<'a>(
        &mut self,
        operation: &'d Map<String, Value>,
        pointer: &str,
        arena: &'a Arena,
    ) -> AnswerFacts<'a> {
        let amounts = arena.texts(&self.marked(operation, pointer, "x-amounts"));
        let place = at(pointer, "x-answer");
        let answer = operation
            .get("x-answer")
            .and_then(|answer| self.object(answer, &place, "x-answer"));
        let Some((answer, _)) = answer else {
            return AnswerFacts {
                amounts,
                ..AnswerFacts::default()
            };
        };
        for name in answer.keys() {
            if !["empty", "simulated", "given", "rows", "echo", "details"].contains(&name.as_str())
            {
                self.report.warn(
                    &at(&place, name),
                    "is not a member of x-answer and is ignored",
                );
            }
        }
        let [empty, simulated] = ["empty", "simulated"].map(|name| {
            let text = self.string(answer, &place, name);
            text.map(|text| arena.text(text))
        });
        let rows = self.rows(answer, &place, arena);
        AnswerFacts {
            empty,
            simulated,
            given: self.given(answer, &place, arena),
            rows,
            echo: self.flag(answer, &place, "echo").unwrap_or(false),
            details: self.details(answer, &place, arena),
            amounts,
        }
    }

    /// An object of `x-answer` and its place. A member that it must have and has not is a problem.
    fn part<'v>(
        &mut self,
        answer: &'v Map<String, Value>,
        pointer: &str,
        name: &str,
        required: &[&str],
    ) -> Option<(&'v Map<String, Value>, String)> {
        let value = answer.get(name)?;
        let place = at(pointer, name);
        let Value::Object(part) = value else {
            self.report.problem(&place, "must be an object");
            return None;
        };
        for member in required
            .iter()
            .filter(|member| !part.contains_key(**member))
        {
            self.report.problem(&place, format!("must have {member:?}"));
        }
        Some((part, place))
    }

    fn given<'a>(
        &mut self,
        answer: &Map<String, Value>,
        pointer: &str,
        arena: &'a Arena,
    ) -> Option<Given<'a>> {
        let (given, place) = self.part(answer, pointer, "given", &["text"])?;
        let arguments = self.strings(given, &place, "arguments");
        let text = self.string(given, &place, "text");
        Some(Given {
            arguments: arena.texts(&arguments),
            text: arena.text(text?),
        })
    }

    fn rows<'a>(
        &mut self,
        answer: &Map<String, Value>,
        pointer: &str,
        arena: &'a Arena,
    ) -> Option<Rows<'a>> {
        let (rows, place) = self.part(answer, pointer, "rows", &["list"])?;
        let [list, error, succeeded] = ["list", "error", "succeeded"]
            .map(|name| self.string(rows, &place, name).map(|text| arena.text(text)));
        Some(Rows {
            list: list?,
            error,
            succeeded,
        })
    }

    fn details<'a>(
        &mut self,
        answer: &Map<String, Value>,
        pointer: &str,
        arena: &'a Arena,
    ) -> Option<Details<'a>> {
        let names = ["argument", "list", "key", "brief"];
        let (details, place) = self.part(answer, pointer, "details", &names)?;
        let [argument, list, key, brief] = names.map(|name| self.string(details, &place, name));
        let members = self.strings(details, &place, "members");
        Some(Details {
            argument: arena.text(argument?),
            list: arena.text(list?),
            key: arena.text(key?),
            brief: arena.text(brief?),
            members: arena.texts(&members),
        })
    }

    /// Adds the argument that names the item whose details are wanted.
    pub(crate) fn details_argument(
        &mut self,
        operation: &Map<String, Value>,
        facts: &AnswerFacts<'_>,
        pointer: &str,
        arguments: &mut Arguments<'_>,
    ) {
        let Some(details) = facts.details else {
            return;
        };
        let text = operation
            .get("x-answer")
            .and_then(|answer| answer.pointer("/details/description")?.as_str());
        let text = text.map_or_else(
            || format!("The {} to return whole.", details.key),
            str::to_owned,
        );
        let new = NewArgument {
            wire_name: details.argument,
            location: Location::Local,
            kind: Kind::Scalar,
            style: Style::Json,
            explode: false,
            allow_reserved: false,
            schema: json!({ "type": ["string"], "description": text, "maxLength": 100 }),
            required: false,
        };
        arguments.add(self, new, details.argument, pointer);
    }
}
