//! Puts the renewed document together: its operations, paths, tags and the members of the document itself.

use std::collections::{BTreeMap, HashMap};

use heck::ToKebabCase;
use serde_json::{Map, Value, json};

use super::components::Merge;
use super::pairs::{Ours, Pair, Pairs, id, operations};
use super::report::{Difference, Report};
use super::{defaults, items, members};
use crate::catalogue::Catalogue;
use crate::generate::METHODS;

/// The extensions of an operation that the catalogue reads. Ours decide, also by their absence.
const EXTENSIONS: [&str; 14] = [
    "x-scope",
    "x-idempotency",
    "x-destructive",
    "x-irreversible",
    "x-dry-run",
    "x-credits",
    "x-secret",
    "x-error-codes",
    "x-tool-name",
    "x-credit-balance",
    "x-confirm",
    "x-search-words",
    "x-answer",
    super::UNREVIEWED,
];

impl<'d> Merge<'d> {
    /// The renewed document.
    pub(super) fn document(
        &mut self,
        pairs: &Pairs<'d>,
        before: &Catalogue<'_>,
        report: &mut Report,
    ) -> Value {
        let toolsets = self.toolsets(pairs);
        // Known operations come first, so that a component of theirs is theirs in the whole document.
        let mut renewed: HashMap<(String, String), Map<String, Value>> = HashMap::new();
        let (known, new): (Vec<_>, Vec<_>) =
            pairs.list.iter().partition(|pair| pair.ours.is_some());
        for pair in known.into_iter().chain(new) {
            let operation = match pair.ours {
                Some(ours) => self.known(pair, ours, before, report),
                None => self.new_operation(pair, &toolsets),
            };
            renewed.insert((pair.path.clone(), pair.method.to_owned()), operation);
        }
        let paths = self.paths(pairs, renewed);
        let mut document = self.ours.clone();
        document["paths"] = paths.into();
        self.add_security_schemes(pairs);
        if self.ours.get("components").is_some() || !self.components.is_empty() {
            document["components"] = std::mem::take(&mut self.components).into();
        }
        self.info(&mut document, report);
        self.tags(&mut document, &toolsets);
        subjects(&mut document, pairs);
        for gone in &pairs.removed {
            let value = Value::Object(gone.operation.clone());
            let texts = [
                "x-confirm",
                "x-credits",
                "x-tool-name",
                "x-credit-balance",
                "x-search-words",
                "x-answer",
            ];
            for (name, value) in members(&value).filter(|(name, _)| texts.contains(&name.as_str()))
            {
                self.dropped(id(gone.operation), name, value);
            }
        }
        report.differences = std::mem::take(&mut self.differences);
        // A shared component is compared at each of its uses.
        let mut seen = std::collections::HashSet::new();
        report
            .differences
            .retain(|one| seen.insert(format!("{one:?}")));
        document
    }

    fn known(
        &mut self,
        pair: &Pair<'d>,
        ours: Ours<'d>,
        before: &Catalogue<'_>,
        report: &mut Report,
    ) -> Map<String, Value> {
        let place = pair.id.as_str();
        let mut out = Map::new();
        for (name, value) in ours.operation {
            let theirs = pair.newer.get(name);
            let merged = match name.as_str() {
                "operationId" => Some(place.into()),
                "tags" => Some(value.clone()),
                "parameters" => self.parameters(pair),
                "requestBody" => match theirs {
                    Some(theirs) => {
                        Some(self.part("requestBodies", value, theirs, &format!("{place} body")))
                    }
                    None => {
                        self.dropped(place, name, value);
                        None
                    }
                },
                "responses" => match theirs {
                    Some(theirs) => Some(self.responses(value, theirs, place)),
                    None => self.keep(place, name, value),
                },
                _ => self.member(place, name, value, theirs),
            };
            if let Some(merged) = merged {
                out.insert(name.clone(), merged);
            }
        }
        if !ours.operation.contains_key("parameters")
            && let Some(parameters) = self.parameters(pair)
        {
            out.insert("parameters".to_owned(), parameters);
        }
        self.rest_of_operation(&mut out, pair, ours.operation);
        defaults::stricter(&mut out, ours, pair);
        self.error_codes(&mut out, pair);
        let before = before
            .tools
            .iter()
            .find(|tool| tool.operation.id == id(ours.operation));
        if let Some(tool) = before
            && id(ours.operation) != pair.id
        {
            let name = tool.name.strip_prefix(&self.options.prefix);
            out.insert("x-tool-name".to_owned(), name.unwrap_or(tool.name).into());
            report.renamed.push((
                tool.name.to_owned(),
                id(ours.operation).to_owned(),
                pair.id.clone(),
            ));
        }
        if let Some(tool) = before
            && (ours.path, ours.method) != (pair.path.as_str(), pair.method)
        {
            report.moved.push((
                tool.name.to_owned(),
                spot(ours.method, ours.path),
                spot(pair.method, &pair.path),
            ));
        }
        out
    }

    fn new_operation(
        &mut self,
        pair: &Pair<'d>,
        toolsets: &BTreeMap<String, String>,
    ) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("operationId".to_owned(), pair.id.as_str().into());
        out.insert(
            "tags".to_owned(),
            json!([defaults::toolset(pair, toolsets)]),
        );
        for name in ["summary", "description"] {
            if let Some(text) = pair.newer.get(name) {
                out.insert(name.to_owned(), text.clone());
            }
        }
        if let Some(parameters) = self.parameters(pair) {
            out.insert("parameters".to_owned(), parameters);
        }
        for name in EXTENSIONS {
            if let Some(value) = pair.newer.get(name) {
                out.insert(name.to_owned(), value.clone());
            }
        }
        self.rest_of_operation(&mut out, pair, &Map::new());
        let declares_dry_run = self.declares(pair, &self.options.dry_run_header);
        defaults::fill(&mut out, pair, declares_dry_run);
        self.error_codes(&mut out, pair);
        out
    }

    /// The members that only the newer operation has.
    fn rest_of_operation(
        &mut self,
        out: &mut Map<String, Value>,
        pair: &Pair<'_>,
        ours: &Map<String, Value>,
    ) {
        for (name, value) in pair.newer {
            let is_ours = ours.contains_key(name) || EXTENSIONS.contains(&name.as_str());
            let is_unused = matches!(
                name.as_str(),
                "servers" | "callbacks" | "externalDocs" | "parameters" | "tags"
            );
            if !is_ours && !is_unused && !out.contains_key(name) {
                let value = self.import(value);
                out.insert(name.clone(), value);
            }
        }
    }

    /// Adds the codes that the newer document names.
    fn error_codes(&self, out: &mut Map<String, Value>, pair: &Pair<'_>) {
        let found = defaults::error_codes(self.newer, pair.newer);
        if found.is_empty() {
            return;
        }
        let codes = out.entry("x-error-codes").or_insert_with(|| json!([]));
        if let Value::Array(codes) = codes {
            for code in found {
                let code = Value::from(code);
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
        }
    }

    /// The paths: ours in their order, then the new ones in theirs. The same holds for the methods of a path.
    fn paths(
        &self,
        pairs: &Pairs<'_>,
        mut renewed: HashMap<(String, String), Map<String, Value>>,
    ) -> Map<String, Value> {
        let mut out = Map::new();
        let none = Value::Null;
        for (path, item) in members(self.ours.get("paths").unwrap_or(&none)) {
            if path.starts_with("x-") {
                out.insert(path.clone(), item.clone());
                continue;
            }
            let mut methods = Map::new();
            for (name, member) in members(item) {
                if METHODS.contains(&name.as_str()) {
                    if let Some(operation) = renewed.remove(&(path.clone(), name.clone())) {
                        methods.insert(name.clone(), operation.into());
                    }
                } else if name != "parameters" && name != "servers" {
                    methods.insert(name.clone(), member.clone());
                }
            }
            for pair in pairs.list.iter().filter(|pair| pair.path == *path) {
                if let Some(operation) = renewed.remove(&(path.clone(), pair.method.to_owned())) {
                    methods.insert(pair.method.to_owned(), operation.into());
                }
            }
            if METHODS.iter().any(|method| methods.contains_key(*method)) {
                out.insert(path.clone(), methods.into());
            }
        }
        for pair in &pairs.list {
            if let Some(operation) = renewed.remove(&(pair.path.clone(), pair.method.to_owned())) {
                let item = out.entry(pair.path.clone()).or_insert_with(|| json!({}));
                item[pair.method] = operation.into();
            }
        }
        out
    }

    /// The toolset that each tag of the newer document has in ours: the one that most of the operations that both have
    /// are in, else its own name.
    fn toolsets(&self, pairs: &Pairs<'_>) -> BTreeMap<String, String> {
        let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for pair in &pairs.list {
            let Some(tag) = defaults::first_tag(pair.newer) else {
                continue;
            };
            let votes = counts.entry(tag.to_owned()).or_default();
            if let Some(ours) = pair
                .ours
                .and_then(|ours| defaults::first_tag(ours.operation))
            {
                *votes.entry(ours.to_owned()).or_default() += 1;
            }
        }
        counts
            .into_iter()
            .map(|(tag, votes)| {
                let own = tag.to_kebab_case();
                let own = if votes.contains_key(&tag) {
                    tag.clone()
                } else {
                    own
                };
                let most = votes.values().copied().max();
                let named = votes.contains_key(&own);
                let winner = votes.into_iter().find(|(_, count)| Some(*count) == most);
                let toolset = match winner {
                    Some((toolset, _)) if !named => toolset,
                    _ => own,
                };
                (tag, toolset)
            })
            .collect()
    }

    fn tags(&self, document: &mut Value, toolsets: &BTreeMap<String, String>) {
        let mut used = Vec::new();
        for (_, _, operation) in operations(document) {
            if let Some(tag) = defaults::first_tag(operation)
                && !used.contains(&tag)
            {
                used.push(tag);
            }
        }
        let used: Vec<String> = used.into_iter().map(str::to_owned).collect();
        let mut list: Vec<Value> = items(self.ours.get("tags").unwrap_or(&Value::Null))
            .cloned()
            .collect();
        let was_there = !list.is_empty();
        for tag in used {
            if list.iter().any(|known| known["name"] == tag) {
                continue;
            }
            let mut entry = json!({ "name": tag });
            let text = items(self.newer.get("tags").unwrap_or(&Value::Null)).find_map(|theirs| {
                let name = theirs["name"].as_str()?;
                (toolsets.get(name) == Some(&tag)).then(|| theirs.get("description"))?
            });
            if let Some(text) = text {
                entry["description"] = text.clone();
            }
            list.push(entry);
        }
        if was_there || !list.is_empty() {
            document["tags"] = list.into();
        }
    }

    fn info(&mut self, document: &mut Value, report: &mut Report) {
        let version = |document: &Value| document["info"]["version"].as_str().map(str::to_owned);
        if let (Some(before), Some(after)) = (version(self.ours), version(self.newer))
            && before != after
        {
            document["info"]["version"] = after.as_str().into();
            report.version = Some((before, after));
        }
        for (place, pointer) in [
            ("info description", "/info/description"),
            ("servers", "/servers"),
        ] {
            let (one, other) = (self.ours.pointer(pointer), self.newer.pointer(pointer));
            if other.is_some() && one.is_some() && one != other {
                self.differences.push(Difference::Text(place.to_owned()));
            }
        }
    }

    /// Adds the security schemes that operations name.
    fn add_security_schemes(&mut self, pairs: &Pairs<'_>) {
        for pair in &pairs.list {
            for requirement in items(pair.newer.get("security").unwrap_or(&Value::Null)) {
                for (name, _) in members(requirement) {
                    let component = ("securitySchemes".to_owned(), name.clone());
                    let scheme = self.newer["components"]["securitySchemes"].get(name);
                    if let Some(scheme) = scheme
                        && self.component(&component).is_none()
                    {
                        let scheme = scheme.clone();
                        self.write(&component, scheme);
                    }
                }
            }
        }
    }
}

/// `METHOD /path`.
pub(super) fn spot(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_ascii_uppercase())
}

/// Gives the subjects of confirmations the new operationIds of their reads.
fn subjects(document: &mut Value, pairs: &Pairs<'_>) {
    let Some(Value::Object(subjects)) = document.get_mut("x-subjects") else {
        return;
    };
    for (_, subject) in subjects.iter_mut() {
        let read = subject["read"].as_str().unwrap_or_default();
        let renamed = pairs
            .list
            .iter()
            .find(|pair| pair.ours.is_some_and(|ours| id(ours.operation) == read));
        if let Some(pair) = renamed
            && pair.id != read
        {
            subject["read"] = pair.id.as_str().into();
        }
    }
}
