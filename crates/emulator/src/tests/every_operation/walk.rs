//! Walking through the steps.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::step::{Body, Step};
use crate::operations::Operation;
use crate::people::{demo_key, demo_read_key};
use crate::routes::{Route, route};
use crate::tests::document::assert_documented;
use crate::tests::flow::Flow;
use crate::tests::world::Reply;

const UNKNOWN: &str = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";

/// What is shown for an operation.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) success: Option<u16>,
    pub(super) error: Option<String>,
    pub(super) read_key: Option<String>,
    pub(super) dry_run: Option<u16>,
}

pub(super) struct Walk {
    pub(super) flow: Flow,
    pub(super) found: BTreeMap<&'static str, Value>,
    pub(super) shown: BTreeMap<&'static str, Shown>,
}

impl Walk {
    fn fill(&self, text: &str) -> String {
        self.found
            .iter()
            .fold(text.to_owned(), |text, (name, value)| {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                text.replace(&format!("{{{name}}}"), &value)
            })
    }

    fn fill_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let name = text.trim_matches(['{', '}']);
                let whole = text
                    .starts_with('{')
                    .then(|| self.found.get(name))
                    .flatten();
                whole.unwrap_or(value).clone()
            }
            Value::Array(items) => items.iter().map(|item| self.fill_json(item)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| (name.clone(), self.fill_json(member)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    fn send(&self, method: &str, path: &str, body: &Body, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://localhost:3000/api/ext{path}"));
        if !headers.iter().any(|(name, _)| *name == "x-api-key") {
            request = request.header("x-api-key", demo_key());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (media_type, bytes) = match body {
            Body::None => ("", String::new()),
            Body::Json(value) => ("application/json", self.fill_json(value).to_string()),
            Body::Form(file, content) => {
                let bundle =
                    "--x\r\ncontent-disposition: form-data; name=\"bundle_id\"\r\n\r\n{bundle}\r\n";
                let bundle = if path.starts_with("/upload") {
                    bundle
                } else {
                    ""
                };
                (
                    "multipart/form-data; boundary=x",
                    self.fill(&format!(
                        "{bundle}--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n\
                         {content}\r\n--x--\r\n"
                    )),
                )
            }
        };
        if !media_type.is_empty() {
            request = request.header("content-type", media_type);
        }
        let reply = Reply(
            self.flow
                .world
                .send(request.body(Bytes::from(bytes)).unwrap()),
        );
        let Route::Found(operation, _) = route(method, path.split('?').next().unwrap()) else {
            panic!("{method} {path} is no operation")
        };
        if reply.header("content-type") == Some("application/json") {
            assert_documented(operation.path, method, &reply);
        }
        reply
    }

    /// The error that the operation is known for: an unknown object, an unknown field, an unknown key.
    fn main_error(&self, operation: &Operation, template: &str, body: &Body) -> Reply {
        if let Some((first, _)) = operation.path.split_once('{') {
            let rest = template[first.len()..]
                .split_once('/')
                .map_or("", |(_, rest)| rest);
            let rest = if rest.is_empty() {
                String::new()
            } else {
                format!("/{rest}")
            };
            let path = self.fill(&format!("{first}{UNKNOWN}{rest}"));
            let reply = self.send(operation.method, &path, body, &[]);
            assert_eq!(reply.status(), 404, "{path}: {:?}", reply.0);
            reply
        } else if operation.is_write() {
            let odd = match body {
                Body::Form(..) if template.contains("image") => Body::Form("a.mp4", "a video"),
                Body::Form(..) => Body::Form("a.png", "an image"),
                _ => Body::Json(json!({ "nonsense": true })),
            };
            self.send(operation.method, operation.path, &odd, &[])
        } else {
            let headers = [("x-api-key", "sk_unknown")];
            self.send(operation.method, operation.path, &Body::None, &headers)
        }
    }

    /// Takes a step: the refusals first, then the dry run, then the call itself.
    pub(super) fn take(&mut self, (hours, method, template, body, found): Step) {
        self.flow.hours(hours);
        let path = self.fill(template);
        let Route::Found(operation, _) = route(method, path.split('?').next().unwrap()) else {
            panic!("{method} {path} is no operation")
        };
        let name = format!("{method} {path}");
        let error = self.main_error(operation, template, &body);
        assert!(error.status() >= 400, "{name}: {:?}", error.0);
        let (mut read_key, mut dry_run) = (None, None);
        if operation.is_write() {
            let refused = self.send(method, &path, &body, &[("x-api-key", &demo_read_key())]);
            assert_eq!(
                refused.refusal(),
                (403, "AUTH_INSUFFICIENT_SCOPE".into()),
                "{name}"
            );
            read_key = Some(refused.refusal().1);
            self.flow.get("/me");
            let before = self.flow.workspace();
            let simulated = self.send(method, &path, &body, &[("x-tokportal-dry-run", "true")]);
            assert!(
                simulated.0.status().is_success(),
                "{name}: {:?}",
                simulated.0
            );
            assert_eq!(
                simulated.header("x-tokportal-dry-run"),
                Some("true"),
                "{name}"
            );
            assert_eq!(self.flow.workspace(), before, "{name}");
            dry_run = Some(simulated.status());
        }
        let done = self.send(method, &path, &body, &[]);
        assert!(done.0.status().is_success(), "{name}: {:?}", done.0);
        for (key, pointer) in found {
            let value = done.json().pointer(pointer).cloned();
            self.found.insert(
                *key,
                value.unwrap_or_else(|| panic!("{name}: no {pointer}")),
            );
        }
        let shown = Shown {
            success: Some(done.status()),
            error: Some(error.refusal().1),
            read_key,
            dry_run,
        };
        self.shown.insert(operation.id, shown);
    }
}
