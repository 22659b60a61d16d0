//! The references between schemas, and which schemas contain themselves.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use super::keywords::{self, Treatment};
use crate::context::{Context, Mode};

impl Context<'_> {
    /// The references in the input form of a referenced schema.
    pub(crate) fn links(&mut self, pointer: &str) -> Rc<Vec<String>> {
        if let Some(known) = self.links.get(pointer) {
            return Rc::clone(known);
        }
        let target = self.target(pointer, Mode::Input, 0);
        let found = Rc::new(target.map(|target| references(&target)).unwrap_or_default());
        self.links.insert(pointer.to_owned(), Rc::clone(&found));
        found
    }

    /// How often each referenced schema occurs in the schemas of one tool. Each referenced schema is read once.
    pub(crate) fn count_uses<'v>(
        &mut self,
        roots: impl Iterator<Item = &'v Value>,
    ) -> HashMap<String, usize> {
        let mut uses: HashMap<String, usize> = HashMap::new();
        let mut pending: Vec<String> = roots.flat_map(references).collect();
        while let Some(pointer) = pending.pop() {
            let count = uses.entry(pointer.clone()).or_default();
            *count += 1;
            if *count == 1 {
                pending.extend(self.links(&pointer).iter().cloned());
            }
        }
        uses
    }

    /// Whether a referenced schema contains itself.
    pub(crate) fn is_recursive(&mut self, pointer: &str) -> bool {
        if !self.recursive.contains_key(pointer) {
            self.find_circles(pointer);
        }
        self.recursive.get(pointer).copied().unwrap_or(false)
    }

    /// Finds the strongly connected components of all schemas that `start` reaches, by Tarjan's algorithm without
    /// recursion.
    fn find_circles(&mut self, start: &str) {
        let mut order: HashMap<String, usize> = HashMap::new();
        let mut low: HashMap<String, usize> = HashMap::new();
        let mut open: Vec<String> = Vec::new();
        let mut path: Vec<(String, Rc<Vec<String>>, usize)> =
            vec![(start.to_owned(), self.links(start), 0)];
        while let Some((node, links, next)) = path.last_mut() {
            if *next == 0 && !order.contains_key(node.as_str()) {
                let index = order.len();
                order.insert(node.clone(), index);
                low.insert(node.clone(), index);
                open.push(node.clone());
            }
            let own = node.clone();
            if let Some(link) = links.get(*next).cloned() {
                *next += 1;
                match order.get(&link) {
                    // Not visited in this search and not decided by an earlier one.
                    None if !self.recursive.contains_key(&link) => {
                        let links = self.links(&link);
                        path.push((link, links, 0));
                    }
                    Some(index) if !self.recursive.contains_key(&link) => {
                        lower(&mut low, &own, *index)
                    }
                    _ => {}
                }
                continue;
            }
            path.pop();
            let reached = low.get(&own).copied();
            if let (Some((parent, _, _)), Some(reached)) = (path.last(), reached) {
                lower(&mut low, parent, reached);
            }
            if reached == order.get(&own).copied() {
                let size_before = open.iter().rposition(|name| *name == own).unwrap_or(0);
                let component = open.split_off(size_before);
                let itself = component.len() > 1 || self.links(&own).contains(&own);
                self.recursive
                    .extend(component.into_iter().map(|name| (name, itself)));
            }
        }
    }
}

/// Lowers the Tarjan index of `node` to `index`.
fn lower(low: &mut HashMap<String, usize>, node: &str, index: usize) {
    if let Some(value) = low.get_mut(node) {
        *value = (*value).min(index);
    }
}

/// The references in a normal form.
pub(crate) fn references(normal: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![normal];
    while let Some(schema) = pending.pop() {
        let Value::Object(map) = schema else { continue };
        for (keyword, value) in map {
            match (keywords::treatment(keyword), value) {
                (_, Value::String(pointer)) if keyword == "$ref" => found.push(pointer.clone()),
                (Treatment::Schema, _) => pending.push(value),
                (Treatment::Special, _) if keyword == "items" => pending.push(value),
                (Treatment::SchemaList, Value::Array(list)) => pending.extend(list),
                (Treatment::SchemaMap, Value::Object(members)) => pending.extend(members.values()),
                _ => {}
            }
        }
    }
    found
}
