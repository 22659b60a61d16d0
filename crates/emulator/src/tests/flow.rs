//! The way of an order, for tests: every answer on it is compared with the document.

use serde_json::{Value, json};

use super::document::assert_documented;
use super::world::{Reply, World};
use crate::routes::{Route, route};

/// A world in which every call is checked.
pub(super) struct Flow {
    pub(super) world: World,
}

impl Flow {
    pub(super) fn new() -> Self {
        let world = World::new();
        world.control(
            "/rate-limit",
            json!({ "size": 100_000, "refill_per_second": 1000 }),
        );
        Self { world }
    }

    pub(super) fn call(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        self.call_with(method, path, body, &[])
    }

    pub(super) fn call_with(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let reply = self.world.call_with(method, path, body, headers);
        let Route::Found(operation, _) = route(method, path.split('?').next().unwrap()) else {
            panic!("{method} {path} is no operation")
        };
        assert_documented(operation.path, method, &reply);
        reply
    }

    pub(super) fn get(&self, path: &str) -> Value {
        self.call("GET", path, None).data()
    }

    pub(super) fn post(&self, path: &str) -> Reply {
        self.call("POST", path, None)
    }

    pub(super) fn hours(&self, hours: i64) {
        self.world
            .control("/clock", json!({ "advance_seconds": hours * 3600 }));
    }

    /// Places an order for an account with so many videos, and answers its path.
    pub(super) fn order(&self, videos: i64, extra: &Value) -> String {
        let bundle_type = if videos == 0 {
            "account_only"
        } else {
            "account_and_videos"
        };
        let body =
            json!({ "bundle_type": bundle_type, "country": "FR", "videos_quantity": videos });
        let bundle = self
            .call("POST", "/bundles", Some(merged(body, extra)))
            .data();
        format!("/bundles/{}", bundle["id"].as_str().unwrap())
    }

    /// Places an order for videos on a delivered account.
    pub(super) fn videos_only(&self, videos: i64) -> String {
        let account = self.get("/accounts?platform=tiktok")[0]["id"].clone();
        let body = json!({ "bundle_type": "videos_only", "account_id": account, "videos_quantity": videos });
        let bundle = self.call("POST", "/bundles", Some(body)).data();
        format!("/bundles/{}", bundle["id"].as_str().unwrap())
    }

    pub(super) fn name_account(&self, bundle: &str, username: &str) {
        let profile = json!({
            "username": username,
            "visible_name": "Atelier",
            "biography": "Small things, well made",
            "profile_picture_url": "uploads/picture.jpg",
        });
        self.call("PUT", &format!("{bundle}/account"), Some(profile))
            .data();
    }

    /// Configures a slot for a day from 2026-11-22 on.
    pub(super) fn configure(&self, bundle: &str, position: u32, day: i64) -> Reply {
        let path = format!("{bundle}/videos/{position}");
        self.call("PUT", &path, Some(video(day)))
    }

    /// An order with its account and all its videos configured, and published.
    pub(super) fn published(&self, videos: u32, extra: &Value) -> String {
        let bundle = self.order(i64::from(videos), extra);
        self.name_account(&bundle, "atelier.fr");
        for position in 1..=videos {
            self.configure(&bundle, position, 4).data();
        }
        self.post(&format!("{bundle}/publish")).data();
        bundle
    }

    pub(super) fn status(&self, path: &str) -> String {
        self.get(path)["status"].as_str().unwrap().to_owned()
    }

    /// Types of the events so far.
    pub(super) fn events(&self) -> Vec<String> {
        self.workspace()
            .events
            .iter()
            .map(|event| event.r#type.clone())
            .collect()
    }

    /// The stored state.
    pub(super) fn workspace(&self) -> crate::workspace::Workspace {
        pollster::block_on(crate::store::workspaces::load(&self.world, "person-alex"))
            .unwrap()
            .workspace
    }
}

/// A date so many days after 2026-11-22.
pub(super) fn day(days: i64) -> String {
    crate::time::date(super::world::START + days * crate::time::DAY)
}

/// The configuration of a TikTok video.
pub(super) fn video(days: i64) -> Value {
    json!({
        "video_type": "video",
        "target_publish_date": day(days),
        "description": "A caption",
        "video_url": "https://media.example.com/a.mp4",
    })
}

/// The configuration of a TikTok video in four days, with further or other fields.
pub(super) fn video_with(extra: &Value) -> Value {
    merged(video(4), extra)
}

/// An object with further members, or other values of its own.
pub(super) fn merged(mut object: Value, extra: &Value) -> Value {
    object
        .as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    object
}
