//! The playbooks: six prompts for work that takes many calls.

use crate::mcp::prompt::{Prompt, argument};

const PLATFORMS: &[&str] = &["tiktok", "instagram"];
/// Codes that public sources name; `tokportal_list_countries` returns all.
const COUNTRIES: &[&str] = &["USA", "UK", "FR", "CA", "IT", "PH", "DE"];
const EVENTS: &[&str] = &[
    "bundle.created",
    "bundle.published",
    "bundle.cancelled",
    "bundle.archived",
    "account.configured",
    "account.published",
    "account.in_review",
    "account.pending_corrections",
    "account.finalized",
    "account.remade",
    "account.banned",
    "account.revealed",
    "video.configured",
    "video.in_review",
    "video.published",
    "video.pending_corrections",
    "video.finalized",
    "warming.session_completed",
    "subscription.renewed",
    "subscription.lapsed",
    "credits.restored",
];

/// All playbooks, in the order in which a customer needs them.
pub(super) static PLAYBOOKS: [Prompt; 6] = [
    Prompt {
        name: "first_order",
        title: "Place a first order",
        description: "Price, create, configure and publish an order: one account, optionally with videos.",
        arguments: &[
            argument("platform", "tiktok or instagram", "{}")
                .required()
                .completions(PLATFORMS),
            argument("country", "Country code, such as USA", " in {}").completions(COUNTRIES),
            argument("videos", "Number of video slots", " with {} video slots"),
        ],
        text: include_str!("../../../static/prompts/first_order.md"),
        main_tool: Some("tokportal_create_bundle"),
    },
    Prompt {
        name: "post_at_scale",
        title: "Post at scale",
        description: "Plan and schedule many videos over several bundles.",
        arguments: &[
            argument(
                "bundles",
                "Which bundles, by title or id",
                " in these bundles: {}",
            ),
            argument("start", "First day, YYYY-MM-DD", ", from {} on"),
        ],
        text: include_str!("../../../static/prompts/post_at_scale.md"),
        main_tool: Some("tokportal_batch_configure_bundle_videos"),
    },
    Prompt {
        name: "warm_accounts",
        title: "Warm accounts",
        description: "Choose search terms for a niche, price the warming and follow it.",
        arguments: &[
            argument("niche", "The niche, in a few words", "{}").required(),
            argument("target", "Account or bundle, by name or id", "{}").required(),
        ],
        text: include_str!("../../../static/prompts/warm_accounts.md"),
        main_tool: Some("tokportal_generate_warming_terms"),
    },
    Prompt {
        name: "weekly_report",
        title: "Weekly report",
        description: "Write a report on accounts and posts with figures, highlights and next steps.",
        arguments: &[
            argument(
                "accounts",
                "Accounts to report on; all if omitted",
                " on these accounts: {}",
            ),
            argument(
                "days",
                "Length of the period in days",
                ", over the last {} days",
            )
            .completions(&["7", "14", "30"]),
        ],
        text: include_str!("../../../static/prompts/weekly_report.md"),
        main_tool: Some("tokportal_get_analytics_dashboard"),
    },
    Prompt {
        name: "handle_ban",
        title: "Handle a ban",
        description: "Find out what happened to a banned account, what it means and what can be claimed.",
        arguments: &[argument(
            "account",
            "The account, by username or id",
            ": {}",
        )],
        text: include_str!("../../../static/prompts/handle_ban.md"),
        main_tool: Some("tokportal_list_account_bans"),
    },
    Prompt {
        name: "connect_webhook",
        title: "Connect a webhook",
        description: "Choose events, create the endpoint, verify signatures and test the delivery.",
        arguments: &[
            argument("url", "HTTPS address of the receiver", " that posts to {}"),
            argument("events", "Event types to receive", " for these events: {}")
                .completions(EVENTS),
        ],
        text: include_str!("../../../static/prompts/connect_webhook.md"),
        main_tool: Some("tokportal_create_webhook_endpoint"),
    },
];
