//! Merges parameters, bodies and responses.

use serde_json::{Map, Value};

use super::components::{Merge, component_of, flat};
use super::members;
use super::pairs::{Pair, effective, key};

impl Merge<'_> {
    /// The parameters of an operation; none for an empty list.
    pub(super) fn parameters(&mut self, pair: &Pair<'_>) -> Option<Value> {
        let newer: Vec<Value> = effective(self.newer, pair.newer_item, pair.newer)
            .into_iter()
            .map(|parameter| self.with_our_name(parameter, pair))
            .collect();
        let ours: Vec<Value> = pair
            .ours
            .map(|ours| effective(self.ours, ours.item, ours.operation))
            .unwrap_or_default()
            .into_iter()
            .cloned()
            .collect();
        let mut out = Vec::new();
        for one in &ours {
            let wanted = key(self.ours, one);
            let found = newer.iter().find(|other| key(self.newer, other) == wanted);
            if let Some(other) = found {
                out.push(self.part(
                    "parameters",
                    one,
                    other,
                    &format!("{} {}", pair.id, wanted.1),
                ));
            }
        }
        for other in &newer {
            let wanted = key(self.newer, other);
            let known = ours.iter().any(|one| key(self.ours, one) == wanted);
            if !known && !self.is_set_by_caller(&wanted) {
                out.push(self.import(other));
            }
        }
        (!out.is_empty()).then(|| out.into())
    }

    /// A parameter of the newer document, with the name that its path parameter has in ours.
    fn with_our_name(&self, parameter: &Value, pair: &Pair<'_>) -> Value {
        let flat = flat(self.newer, parameter);
        let renamed = pair.renamed.iter().find(|(newer, _)| {
            flat["in"] == "path" && flat["name"].as_str() == Some(newer.as_str())
        });
        match renamed {
            Some((_, name)) => {
                let mut flat = flat;
                flat["name"] = name.as_str().into();
                flat
            }
            None => parameter.clone(),
        }
    }

    /// Whether the caller sets this header itself: the credential, and the headers of [`crate::Options`].
    fn is_set_by_caller(&self, (place, name): &(String, String)) -> bool {
        if place != "header" {
            return false;
        }
        let options = [
            &self.options.dry_run_header,
            &self.options.idempotency_header,
        ];
        let of_options = options
            .into_iter()
            .flatten()
            .any(|(_, header)| header.eq_ignore_ascii_case(name));
        of_options
            || [self.ours, self.newer].into_iter().any(|document| {
                let schemes = document.pointer("/components/securitySchemes");
                members(schemes.unwrap_or(&Value::Null)).any(|(_, scheme)| {
                    let header = scheme["name"].as_str().unwrap_or_default();
                    scheme["in"] == "header" && header.eq_ignore_ascii_case(name)
                })
            })
    }

    /// Whether the newer operation declares this header.
    pub(super) fn declares(&self, pair: &Pair<'_>, header: &Option<(String, String)>) -> bool {
        header.as_ref().is_some_and(|(_, header)| {
            let wanted = ("header".to_owned(), header.to_ascii_lowercase());
            effective(self.newer, pair.newer_item, pair.newer)
                .into_iter()
                .any(|parameter| key(self.newer, parameter) == wanted)
        })
    }

    /// A parameter, response or body. A reference of ours stays one if its component can have the merged value.
    pub(super) fn part(
        &mut self,
        section: &str,
        ours: &Value,
        newer: &Value,
        place: &str,
    ) -> Value {
        let (one, other) = (component_of(ours), component_of(newer));
        if let (Some(one), Some(other)) = (&one, &other)
            && self.name_of(other) == Some(&one.1)
        {
            return ours.clone();
        }
        let merged = match section {
            "parameters" => self.parameter_object(ours, newer, place),
            "responses" => self.response_object(ours, newer, place),
            _ => self.body_object(ours, newer, place),
        };
        let Some(one) = one else {
            return merged;
        };
        if self.is_paired(&one) {
            return if self.component(&one) == Some(&merged) {
                ours.clone()
            } else {
                merged
            };
        }
        match other {
            Some(other) if self.name_of(&other).is_none() => self.pair(&one, &other),
            _ => self.settle(&one),
        }
        self.write(&one, merged);
        ours.clone()
    }

    /// The members of ours, each merged with the newer one of its name by this rule, which may leave it out.
    fn merged(
        &mut self,
        ours: &Map<String, Value>,
        newer: &Map<String, Value>,
        rule: impl Fn(&mut Self, &str, &Value, Option<&Value>) -> Option<Value>,
    ) -> Map<String, Value> {
        let mut out = Map::new();
        for (name, value) in ours {
            if let Some(merged) = rule(self, name, value, newer.get(name)) {
                out.insert(name.clone(), merged);
            }
        }
        out
    }

    pub(super) fn parameter_object(&mut self, ours: &Value, newer: &Value, place: &str) -> Value {
        let (one, other) = (flat(self.ours, ours), flat(self.newer, newer));
        let (Value::Object(one), Value::Object(other)) = (&one, &other) else {
            return self.import(newer);
        };
        let mut out = self.merged(one, other, |merge, name, value, theirs| match name {
            "schema" => match theirs {
                Some(theirs) => Some(merge.schema(value, theirs, place, 0)),
                None if other.contains_key("content") => None,
                None => Some(value.clone()),
            },
            "content" => match theirs {
                Some(theirs) => Some(merge.content(value, theirs, place)),
                None if other.contains_key("schema") => None,
                None => Some(value.clone()),
            },
            "required" => match theirs {
                None if one.get("in").is_some_and(|place| place != "path") => None,
                Some(theirs) => Some(theirs.clone()),
                None => Some(value.clone()),
            },
            // The name of a header in another case is the same name.
            "name" => Some(value.clone()),
            _ => merge.member(place, name, value, theirs),
        });
        self.rest(&mut out, one, other);
        out.into()
    }

    pub(super) fn body_object(&mut self, ours: &Value, newer: &Value, place: &str) -> Value {
        let (one, other) = (flat(self.ours, ours), flat(self.newer, newer));
        let (Value::Object(one), Value::Object(other)) = (&one, &other) else {
            return self.import(newer);
        };
        let mut out = self.merged(one, other, |merge, name, value, theirs| match name {
            "content" => merge.content_or_ours(place, value, theirs),
            "required" => theirs.cloned(),
            _ => merge.member(place, name, value, theirs),
        });
        self.rest(&mut out, one, other);
        out.into()
    }

    pub(super) fn response_object(&mut self, ours: &Value, newer: &Value, place: &str) -> Value {
        let (one, other) = (flat(self.ours, ours), flat(self.newer, newer));
        let (Value::Object(one), Value::Object(other)) = (&one, &other) else {
            return self.import(newer);
        };
        let mut out = self.merged(one, other, |merge, name, value, theirs| match name {
            "content" => merge.content_or_ours(place, value, theirs),
            // Ours decides which headers are worth naming.
            "headers" => Some(value.clone()),
            _ => merge.member(place, name, value, theirs),
        });
        for (name, value) in other {
            if !one.contains_key(name) && name != "headers" && name != "links" {
                let value = self.import(value);
                out.insert(name.clone(), value);
            }
        }
        out.into()
    }

    /// Bodies by media type, or ours if the newer object has none.
    fn content_or_ours(
        &mut self,
        place: &str,
        ours: &Value,
        theirs: Option<&Value>,
    ) -> Option<Value> {
        match theirs {
            Some(theirs) => Some(self.content(ours, theirs, place)),
            None => self.keep(place, "content", ours),
        }
    }

    /// Bodies by media type: those of the newer document.
    fn content(&mut self, ours: &Value, newer: &Value, place: &str) -> Value {
        let mut out = Map::new();
        // If both have one media type, their schemas correspond even if the types are written differently.
        let single = members(ours).count() == 1 && members(newer).count() == 1;
        for (media_type, one) in members(ours) {
            let found = newer.get(media_type).map(|other| (media_type, other));
            let found = found.or_else(|| members(newer).next().filter(|_| single));
            match found {
                Some((media_type, other)) => {
                    let merged = self.media(one, other, place);
                    out.insert(media_type.clone(), merged);
                }
                None => self.dropped(place, media_type, one),
            }
        }
        for (media_type, other) in members(newer) {
            if !out.contains_key(media_type) {
                let other = self.import(other);
                out.insert(media_type.clone(), other);
            }
        }
        out.into()
    }

    fn media(&mut self, ours: &Value, newer: &Value, place: &str) -> Value {
        let (Value::Object(one), Value::Object(other)) = (ours, newer) else {
            return self.import(newer);
        };
        let mut out = self.merged(one, other, |merge, name, value, theirs| {
            match (name, theirs) {
                ("schema", Some(theirs)) => Some(merge.schema(value, theirs, place, 0)),
                _ => merge.member(place, name, value, theirs),
            }
        });
        self.rest(&mut out, one, other);
        out.into()
    }

    /// The responses of an operation by status.
    pub(super) fn responses(&mut self, ours: &Value, newer: &Value, place: &str) -> Value {
        let success = |value: &Value| -> Vec<String> {
            members(value)
                .filter(|(status, _)| status.starts_with('2'))
                .map(|(status, _)| status.clone())
                .collect()
        };
        let (our_success, their_success) = (success(ours), success(newer));
        let mut out = Map::new();
        for (status, one) in members(ours) {
            let place = format!("{place} response {status}");
            // One success on each side is the same one, even if the status was corrected.
            let moved = our_success.len() == 1
                && their_success.len() == 1
                && our_success.first() == Some(status);
            let theirs = if moved {
                their_success.first()
            } else {
                Some(status)
            };
            let found = theirs.and_then(|theirs| Some((theirs, newer.get(theirs)?)));
            match found {
                Some((theirs, other)) => {
                    let merged = self.part("responses", one, other, &place);
                    out.insert(theirs.clone(), merged);
                }
                None if our_success.contains(status) && !their_success.is_empty() => {
                    self.dropped(&place, "", one);
                }
                // Errors of ours that the newer document does not mention are still possible.
                None => {
                    if !status.starts_with('2') {
                        out.insert(status.clone(), one.clone());
                    } else if let Some(kept) = self.keep(&place, "", one) {
                        out.insert(status.clone(), kept);
                    }
                }
            }
        }
        for (status, other) in members(newer) {
            if !out.contains_key(status) {
                let other = self.import(other);
                out.insert(status.clone(), other);
            }
        }
        out.into()
    }

    /// A member that is not merged in depth: a text of ours, else the newer one, else ours.
    pub(super) fn member(
        &mut self,
        place: &str,
        name: &str,
        ours: &Value,
        theirs: Option<&Value>,
    ) -> Option<Value> {
        match (name, theirs) {
            ("description" | "summary", _) => Some(self.text(place, name, ours, theirs)),
            ("x-inferred", None) => None,
            _ if name.starts_with("x-") => Some(ours.clone()),
            (_, Some(theirs)) if theirs == ours => Some(ours.clone()),
            (_, Some(theirs)) => {
                self.replaced(place, name, ours, theirs);
                Some(self.import(theirs))
            }
            (_, None) => self.keep(place, name, ours),
        }
    }

    /// The members that only the newer object has, without examples.
    fn rest(
        &mut self,
        out: &mut Map<String, Value>,
        ours: &Map<String, Value>,
        newer: &Map<String, Value>,
    ) {
        for (name, value) in newer {
            if !ours.contains_key(name) && !matches!(name.as_str(), "example" | "examples") {
                let value = self.import(value);
                out.insert(name.clone(), value);
            }
        }
    }
}
