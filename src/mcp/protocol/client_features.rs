//! What a client can show to its user.
//!
//! A modern client declares it in each request. A legacy client declares it once, at `initialize`, and the server keeps no
//! session: what was declared travels in the session id, which the client sends with each of its requests. The id is not
//! signed, because it grants nothing that a client could not declare anew.

use super::envelope::{CLIENT_CAPABILITIES, meta};
use super::headers::single;
use super::jsonrpc::Request;
use super::revision::Revision;
use super::server::{TASKS, UI, VIEW_TYPE};
use crate::host::Rng;
use crate::sealing::random::random_text;
use http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

/// The header of the session id.
pub(crate) const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
/// What our session ids begin with.
const SESSION_PREFIX: &str = "shows-";

/// What a client can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ClientFeatures {
    /// Views in the conversation.
    pub(crate) views: bool,
    /// Forms (elicitation in form mode). Only modern clients can be asked without a stream.
    pub(crate) forms: bool,
    /// Pages of a web site (elicitation in URL mode).
    pub(crate) pages: bool,
    /// Tasks, whose outcome the client asks for. Legacy clients have another form of them.
    pub(crate) tasks: bool,
}

impl ClientFeatures {
    /// The features of the client of a request.
    pub(crate) fn of(revision: Revision, headers: &HeaderMap, request: &Request) -> Self {
        if revision.is_modern() {
            let capabilities = meta(request).and_then(|meta| meta.get(CLIENT_CAPABILITIES));
            return Self::declared(capabilities);
        }
        if request.method == "initialize" {
            return Self::at_initialize(request);
        }
        let session = single(headers, SESSION_ID.as_str()).ok().flatten();
        session.map_or_else(Self::default, Self::of_session)
    }

    /// What a legacy client declares at `initialize`.
    fn at_initialize(request: &Request) -> Self {
        let version = request
            .params
            .get("protocolVersion")
            .and_then(Value::as_str);
        let revision = version.and_then(Revision::parse);
        let declared = Self::declared(request.params.get("capabilities"));
        Self {
            views: declared.views,
            forms: false,
            tasks: false,
            // Earlier revisions have no URL mode.
            pages: declared.pages && revision >= Some(Revision::R2025_11_25),
        }
    }

    fn declared(capabilities: Option<&Value>) -> Self {
        let member = |name| capabilities?.get(name)?.as_object();
        let modes: Option<&Map<String, Value>> = member("elicitation");
        let has_mode = |mode| modes.is_some_and(|modes| modes.contains_key(mode));
        let is_view_type = |types: &Vec<Value>| types.iter().any(|one| one == VIEW_TYPE);
        let extension = |name| member("extensions").and_then(|extensions| extensions.get(name));
        let ui = extension(UI);
        Self {
            views: ui.is_some_and(|ui| {
                let types = ui.get("mimeTypes").and_then(Value::as_array);
                ui.is_object() && types.is_none_or(is_view_type)
            }),
            // An empty declaration means forms, the only mode before modes were introduced.
            forms: has_mode("form") || modes.is_some_and(Map::is_empty),
            pages: has_mode("url"),
            tasks: extension(TASKS).is_some_and(Value::is_object),
        }
    }

    /// A session id for a client that declared something which later requests need.
    pub(crate) fn session_id(self, rng: &impl Rng) -> Option<String> {
        let letters: String = [(self.views, 'v'), (self.pages, 'p')]
            .into_iter()
            .filter_map(|(declared, letter)| declared.then_some(letter))
            .collect();
        let random = || random_text(rng).expose().to_owned();
        (!letters.is_empty()).then(|| format!("{SESSION_PREFIX}{letters}-{}", random()))
    }

    fn of_session(id: &str) -> Self {
        let letters = id
            .strip_prefix(SESSION_PREFIX)
            .and_then(|id| id.split_once('-'));
        let has = |letter| letters.is_some_and(|(letters, _)| letters.contains(letter));
        Self {
            views: has('v'),
            forms: false,
            pages: has('p'),
            tasks: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeHost;
    use serde_json::json;

    fn request(method: &str, params: Value) -> Request {
        let Value::Object(params) = params else {
            panic!("params must be an object")
        };
        Request {
            id: json!(1),
            method: method.to_owned(),
            params,
        }
    }

    fn modern(capabilities: Value) -> ClientFeatures {
        let params = json!({"_meta": {CLIENT_CAPABILITIES: capabilities}});
        let request = request("tools/list", params);
        ClientFeatures::of(Revision::R2026_07_28, &HeaderMap::new(), &request)
    }

    #[test]
    fn modern_client_declares_its_features_in_each_request() {
        let views = ClientFeatures {
            views: true,
            ..ClientFeatures::default()
        };
        let forms = ClientFeatures {
            forms: true,
            ..ClientFeatures::default()
        };
        for (capabilities, expected) in [
            (json!({}), ClientFeatures::default()),
            (json!({"extensions": {UI: {}}}), views),
            (
                json!({"extensions": {UI: {"mimeTypes": [VIEW_TYPE]}}}),
                views,
            ),
            (
                json!({"extensions": {UI: {"mimeTypes": ["text/html"]}}}),
                ClientFeatures::default(),
            ),
            (json!({"extensions": {UI: true}}), ClientFeatures::default()),
            (json!({"elicitation": {}}), forms),
            (json!({"elicitation": {"form": {}}}), forms),
            (
                json!({"elicitation": {"url": {}}}),
                ClientFeatures {
                    pages: true,
                    ..ClientFeatures::default()
                },
            ),
            (json!({"elicitation": true}), ClientFeatures::default()),
        ] {
            assert_eq!(modern(capabilities.clone()), expected, "{capabilities}");
        }
    }

    #[test]
    fn legacy_client_sends_its_features_back_in_the_session_id() {
        let capabilities =
            json!({"extensions": {UI: {"mimeTypes": [VIEW_TYPE]}}, "elicitation": {"url": {}}});
        for (version, pages) in [("2025-06-18", false), ("2025-11-25", true)] {
            let params = json!({"protocolVersion": version, "capabilities": capabilities});
            let initialize = request("initialize", params);
            let none = HeaderMap::new();
            let declared = ClientFeatures::of(Revision::R2025_11_25, &none, &initialize);
            assert_eq!((declared.views, declared.pages), (true, pages));
            let id = declared
                .session_id(&FakeHost::silent())
                .expect("a session id");
            assert!(id.bytes().all(|byte| byte.is_ascii_graphic()));
            let headers = HeaderMap::from_iter([(SESSION_ID, id.parse().expect("a header"))]);
            let list = request("tools/list", json!({}));
            let sent_back = ClientFeatures::of(Revision::R2025_06_18, &headers, &list);
            assert_eq!(sent_back, declared);
        }
        assert_eq!(
            ClientFeatures::default().session_id(&FakeHost::silent()),
            None
        );
    }

    #[test]
    fn foreign_session_id_says_nothing() {
        for id in [
            "",
            "v",
            "shows-",
            "shows-vp",
            "other-vp-x",
            "0b5d4a1e-6c1f-4d3e",
        ] {
            let headers = HeaderMap::from_iter([(SESSION_ID, id.parse().expect("a header"))]);
            let list = request("tools/list", json!({}));
            let features = ClientFeatures::of(Revision::R2025_11_25, &headers, &list);
            assert_eq!(features, ClientFeatures::default(), "{id}");
        }
    }
}
