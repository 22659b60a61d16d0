//! The rules of objects.

use super::instance::Instance;
use super::sink::Sink;
use super::{Checker, at_least, at_most};
use crate::mcp::tools::arguments::problem::{ArgumentProblem, MAX_PROBLEMS};
use crate::mcp::tools::normalize::{Path, closest};
use openapi_tools::table::{Members, Others, Rule};
use serde_json::{Map, Value};

impl Checker<'_> {
    /// Checks the members of an object against a rule.
    pub(super) fn members(
        self,
        rule: &Rule<'_>,
        members: &Map<String, Value>,
        at: &Path<'_>,
        sink: &mut Sink,
    ) {
        match rule {
            Rule::MinProperties(least) => at_least(*least, members.len(), "members", at, sink),
            Rule::MaxProperties(most) => at_most(*most, members.len(), "members", at, sink),
            Rule::Required(names) => {
                for name in names.iter().filter(|name| !members.contains_key(**name)) {
                    sink.add(&Path::Member(at, name), || "is required".to_owned());
                }
            }
            Rule::Members(rules) => self.each(rules, members, at, sink),
            Rule::PropertyNames(schema) => {
                for name in members.keys() {
                    if sink.is_full() {
                        return;
                    }
                    let place = Path::Member(at, name);
                    if !self.conforms(*schema, Instance::String(name), &place) {
                        sink.add(&place, || "must have another name".to_owned());
                    }
                }
            }
            _ => {}
        }
    }

    /// Checks each member. Unknown ones are named last, and no more of them than are reported.
    fn each(
        self,
        rules: &Members<'_>,
        members: &Map<String, Value>,
        at: &Path<'_>,
        sink: &mut Sink,
    ) {
        let mut unknown = Vec::new();
        for (name, value) in members {
            if sink.is_full() {
                return;
            }
            let mut properties = rules.properties.iter();
            let schema = match (properties.find(|one| one.name == name), rules.others) {
                (Some(property), _) => property.schema,
                (None, Others::Schema(schema)) => schema,
                (None, Others::Any) => continue,
                (None, Others::None) => {
                    if unknown.len() < MAX_PROBLEMS {
                        unknown.push(name.as_str());
                    }
                    continue;
                }
            };
            self.schema(schema, value.into(), &Path::Member(at, name), sink);
        }
        for name in unknown {
            if sink.is_full() {
                return;
            }
            sink.add_problem(|| self.unknown(name, at));
        }
    }

    /// The problem of a member that does not exist.
    fn unknown(self, name: &str, at: &Path<'_>) -> ArgumentProblem {
        const PROBLEM: &str = "is not an argument of this tool";
        let field = Path::Member(at, name).to_string();
        let known = || self.known.iter().map(|property| property.name);
        let problem = match closest(name, known()) {
            Some(meant) => format!("{PROBLEM}; did you mean `{meant}`?"),
            None => PROBLEM.to_owned(),
        };
        ArgumentProblem {
            field,
            problem,
            allowed: Some(known().collect()),
        }
    }
}
