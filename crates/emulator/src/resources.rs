//! The resources of the REST API, one file each. A handler is a pure function of the workspace, the request and the
//! circumstances; nothing is written when it fails, and nothing at all in a dry run.

pub(crate) mod handover;
mod media_types;
mod schedule;
mod work;

pub mod account_setup;
pub mod ad_codes;
pub mod analytics;
pub mod ban_course;
pub mod bans;
pub mod bulk;
pub mod bundles;
pub mod capacity;
pub mod comment_calls;
pub mod comment_orders;
pub mod commenting_profile;
pub mod comments;
pub mod coverage;
pub mod coverage_calls;
pub mod credits;
pub mod edit_requests;
pub mod lifecycle;
pub mod more_slots;
pub mod orders;
pub mod prices;
pub mod profile;
pub mod publish;
pub mod reference;
pub mod reveal;
pub mod saved_accounts;
pub mod slots;
pub mod upload_tokens;
pub mod uploads;
pub mod video_batch;
pub mod video_import;
pub mod video_publish;
pub mod video_review;
pub mod video_setup;
pub mod videos;
pub mod warming;
pub mod warming_choice;
pub mod warming_ideas;
pub mod warming_sessions;
pub mod webhook_calls;
pub mod webhook_events;
pub mod webhooks;
