//! Tests as scripts, a step a line:
//!
//! - `POST /path {…} => a & b >> name=/pointer` is a call. An expected item is an error code, or a pointer into the answer
//!   with its value, of which `…` leaves the rest open; without one the call succeeds. `{name}` is a value that was kept.
//! - `control /path {…}` is a test control, `hours 24` and the prefix `24h` let time pass, and `sent` has the types of the
//!   events that were sent.
//! - `place 2 {…}` and `publish 2 {…}` make an order with two videos and these members, whose id is `{order}`.
//!
//! `{+4}` is the date in four days. Each file of scripts has words of its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::world::{Reply, World, day};

pub(super) type Words = &'static [(&'static str, &'static str)];

pub(super) struct Script {
    pub(super) world: World,
    pub(super) known: Known,
    words: Words,
}

/// The values that were kept, by name.
#[derive(Default)]
pub(super) struct Known(pub(super) BTreeMap<String, String>);

/// A line of a script.
pub(super) struct Step {
    /// How many hours pass before.
    pub(super) hours: i64,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    expected: String,
    kept: String,
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

impl Known {
    /// Reads a line, with words and values in their places.
    pub(super) fn read(&self, line: &str, words: Words) -> Step {
        let mut line = line.trim().to_owned();
        for (word, text) in words {
            line = line.replace(word, text);
        }
        for days in 0..50 {
            line = line.replace(&format!("{{+{days}}}"), &day(days));
        }
        for (name, text) in &self.0 {
            line = line.replace(&format!("{{{name}}}"), text);
        }
        let (hours, rest) = line.split_once("h ").unwrap_or_default();
        let (hours, line) = match hours.parse() {
            Ok(hours) => (hours, rest),
            Err(_) => (0, &*line),
        };
        let (call, kept) = line.split_once(" >> ").unwrap_or((line, ""));
        let (call, expected) = call.split_once(" => ").unwrap_or((call, "/error null"));
        let mut words = call.splitn(3, ' ');
        let [method, path] = [(); 2].map(|()| words.next().unwrap_or_default().to_owned());
        Step {
            hours,
            method,
            path,
            body: words.next().map(parsed),
            expected: expected.to_owned(),
            kept: kept.to_owned(),
        }
    }

    /// Keeps the values of an answer that a step names.
    pub(super) fn keep(&mut self, step: &Step, reply: &Reply) {
        for (name, pointer) in step.kept.split(' ').filter_map(|kept| kept.split_once('=')) {
            let value = reply.json().pointer(pointer).cloned().unwrap();
            let text = value.as_str().map_or(value.to_string(), str::to_owned);
            self.0.insert(name.to_owned(), text);
        }
    }
}

impl Script {
    pub(super) fn new(words: Words) -> Self {
        let world = World::new();
        let endless = json!({ "size": 1e6, "refill_per_second": 1e6 });
        world.control("/rate-limit", endless);
        Self {
            world,
            known: Known::default(),
            words,
        }
    }

    pub(super) fn run(&mut self, script: &str) {
        for line in script.trim().lines() {
            let step = self.known.read(line, self.words);
            if step.hours > 0 {
                self.world.hours(step.hours);
            }
            self.take(&step);
        }
    }

    fn take(&mut self, step: &Step) {
        let (method, path) = (step.method.as_str(), step.path.as_str());
        let reply = match (method, step.body.clone()) {
            ("hours", _) => return self.world.hours(path.parse().unwrap()),
            ("place" | "publish", extra) => {
                return self.place(path.parse().unwrap(), extra, method == "publish");
            }
            ("sent", _) => Reply(http::Response::new(self.sent().to_string().into())),
            ("control", Some(body)) => self.world.ask_control("POST", path, &body),
            (_, Some(Value::String(csv))) => {
                self.world.form("x", path, &[("name=file", &csv)], &[])
            }
            (_, body) => self.world.call(method, path, body),
        };
        let answer = reply.json();
        for expected in step.expected.split(" & ") {
            let code = ("/error/code", expected);
            let (pointer, expected) = expected.split_once(' ').unwrap_or(code);
            let found = answer.pointer(pointer).unwrap_or(&Value::Null);
            let is_met = match expected.strip_suffix('…') {
                Some(start) => found.as_str().is_some_and(|text| text.starts_with(start)),
                None if found.as_str() == Some(expected) => true,
                None => serde_json::from_str::<Value>(expected).is_ok_and(|value| value == *found),
            };
            let call = format!("{method} {path} {:?}", step.body);
            assert!(is_met, "{call}: expected {expected}, {answer}");
        }
        self.known.keep(step, &reply);
    }

    fn place(&mut self, videos: i64, extra: Option<Value>, publish: bool) {
        let kinds = ["account_and_videos", "account_only"];
        let mut body = extra.unwrap_or_else(|| json!({}));
        body["bundle_type"] = kinds[usize::from(videos == 0)].into();
        body["country"] = "FR".into();
        body["videos_quantity"] = videos.into();
        self.run(&format!("POST /bundles {body} >> order=/data/id"));
        if publish {
            let video = |position| format!("PUT :/videos/{position} {{$VIDEO \"{{+4}}\"}}\n");
            self.run(&(1..=videos).map(video).collect::<String>());
            self.run("PUT :/account {$PROFILE}\n POST :/publish");
        }
    }

    /// The events that were sent, the earliest first.
    pub(super) fn events(&self) -> Vec<Value> {
        let receiver = self.world.receiver.lock().unwrap();
        let bodies = receiver.post.iter().map(|parcel| parsed(&parcel.body));
        bodies.collect()
    }

    fn sent(&self) -> Value {
        let events = self.events().into_iter();
        let types = events.map(|mut event| event["type"].take());
        json!({ "types": types.collect::<Vec<_>>() })
    }
}

/// A test for each script.
macro_rules! scripts {
    ($play:expr; $($name:ident: $script:literal)+) => {
        $(#[test] fn $name() { $play($script); })+
    };
}
pub(super) use scripts;
