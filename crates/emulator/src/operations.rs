//! The one table of operations: method, path template, operationId, scope, idempotency policy and handler.
//!
//! It has to name the same operations as `static/openapi.json`; a test compares the two.

use serde_json::Value;

use crate::answer::Answer;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::resources::{
    account_setup, ad_codes, bulk, more_slots, publish, video_batch, video_import, video_publish,
    video_review, video_setup, videos, warming, warming_ideas,
};
use crate::resources::{
    analytics, bans, bundles, commenting_profile, coverage_calls, credits, edit_requests, orders,
    profile, reference, reveal, saved_accounts, warming_choice,
};
use crate::resources::{comment_calls, comment_orders, uploads, webhook_calls, webhook_events};
use crate::schema::Problem;
use crate::workspace::Workspace;

/// Does one operation on a workspace. Nothing of what it changes is kept when it fails.
pub type Handler = fn(&mut Workspace, &Request, &Context) -> Result<Answer, ApiError>;

/// Looks at the raw body before the document's rules, for documented codes that those would hide.
pub type Precheck = fn(&Value) -> Result<(), ApiError>;

/// Says that a broken rule of the document does not hold here.
pub type Waiver = fn(&Problem, &Value) -> bool;

/// What happens to an `Idempotency-Key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// A read: the key means nothing.
    NotApplicable,
    /// Optional.
    Standard,
    /// Refused, because the answer holds a secret and is never stored.
    Refused,
}

/// One operation of the public REST API.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// `operationId` of the document.
    pub id: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path template below `/api/ext`.
    pub path: &'static str,
    /// The scope a key needs; nothing where no key is needed.
    pub scope: Option<&'static str>,
    /// What happens to an `Idempotency-Key`.
    pub idempotency: Idempotency,
    /// What runs before the document's rules.
    pub precheck: Option<Precheck>,
    /// Which broken rules of the document do not hold.
    pub waives: Option<Waiver>,
    /// What runs.
    pub handler: Handler,
}

const fn read(id: &'static str, path: &'static str, handler: Handler) -> Operation {
    let (scope, idempotency) = (Some("read"), Idempotency::NotApplicable);
    Operation {
        id,
        method: "GET",
        path,
        scope,
        idempotency,
        precheck: None,
        waives: None,
        handler,
    }
}

const fn write(
    id: &'static str,
    method: &'static str,
    path: &'static str,
    handler: Handler,
) -> Operation {
    let (scope, idempotency) = (Some("write"), Idempotency::Standard);
    Operation {
        id,
        method,
        path,
        scope,
        idempotency,
        precheck: None,
        waives: None,
        handler,
    }
}

impl Operation {
    const fn sensitive(mut self) -> Self {
        self.idempotency = Idempotency::Refused;
        self
    }

    const fn keyless(mut self) -> Self {
        self.scope = None;
        self
    }

    const fn precheck(mut self, precheck: Precheck) -> Self {
        self.precheck = Some(precheck);
        self
    }

    const fn waives(mut self, waiver: Waiver) -> Self {
        self.waives = Some(waiver);
        self
    }

    /// Whether it changes anything: then it can be simulated.
    pub fn is_write(&self) -> bool {
        self.method != "GET"
    }
}

/// Every operation.
#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    // Profile
    read("getCurrentUser", "/me", profile::get),
    write("updateCurrentUserSettings", "PATCH", "/me", profile::update),
    // Accounts
    read("getAccountManagedSubscription", "/accounts/{id}/managed-subscription", coverage_calls::get),
    write("reactivateAccountManagedSubscription", "POST", "/accounts/{id}/managed-subscription/reactivate", coverage_calls::reactivate),
    write("cancelAccountManagedSubscription", "POST", "/accounts/{id}/managed-subscription/cancel", coverage_calls::cancel),
    // Reference
    read("listCountries", "/countries", reference::countries),
    read("listPlatforms", "/platforms", reference::platforms),
    read("getCreditCosts", "/credit-costs", reference::credit_costs),
    // Credits
    read("getCreditBalance", "/credits/balance", credits::balance),
    read("listCreditTransactions", "/credits/history", credits::history),
    // Bundles
    read("listBundles", "/bundles", bundles::list),
    write("createBundle", "POST", "/bundles", orders::create).precheck(warming_choice::precheck),
    write("createBundlesBulk", "POST", "/bundles/bulk", bulk::create).precheck(warming_choice::precheck),
    read("getBundle", "/bundles/{id}", bundles::get),
    write("updateBundle", "PATCH", "/bundles/{id}", bundles::update),
    write("publishBundle", "POST", "/bundles/{id}/publish", publish::publish),
    read("getBundlePublishReadiness", "/bundles/{id}/publish-readiness", publish::readiness),
    write("unpublishBundle", "POST", "/bundles/{id}/unpublish", publish::unpublish),
    write("addVideoSlots", "POST", "/bundles/{id}/add-video-slots", more_slots::add_video_slots),
    write("addEditSlots", "POST", "/bundles/{id}/add-edit-slots", more_slots::add_edit_slots),
    // Account Configuration
    read("getBundleAccount", "/bundles/{id}/account", account_setup::get),
    write("configureBundleAccount", "PUT", "/bundles/{id}/account", account_setup::configure),
    write("requestBundleAccountCorrections", "POST", "/bundles/{id}/account/corrections", account_setup::request_corrections),
    write("finalizeBundleAccount", "POST", "/bundles/{id}/account/finalize", account_setup::finalize),
    // Videos
    read("listBundleVideos", "/bundles/{id}/videos", videos::list),
    read("getBundleVideo", "/bundles/{id}/videos/{position}", videos::get),
    write("configureBundleVideo", "PUT", "/bundles/{id}/videos/{position}", video_setup::configure),
    write("patchBundleVideo", "PATCH", "/bundles/{id}/videos/{position}", videos::patch),
    write("batchConfigureBundleVideos", "PUT", "/bundles/{id}/videos/batch", video_batch::configure),
    write("publishAllBundleVideos", "POST", "/bundles/{id}/videos/publish-all", video_publish::publish_all),
    write("importBundleVideosCsv", "POST", "/bundles/{id}/videos/import-csv", video_import::import),
    write("publishBundleVideo", "POST", "/bundles/{id}/videos/{position}/publish", video_publish::publish),
    write("resetBundleVideo", "POST", "/bundles/{id}/videos/{position}/reset", videos::reset),
    write("unscheduleBundleVideo", "POST", "/bundles/{id}/videos/{position}/unschedule", videos::unschedule),
    write("finalizeBundleVideo", "POST", "/bundles/{id}/videos/{position}/finalize", video_review::finalize),
    write("requestBundleVideoCorrections", "POST", "/bundles/{id}/videos/{position}/corrections", video_review::request_corrections),
    write("fixBundleVideoDownload", "POST", "/bundles/{id}/videos/{position}/fix-download", video_review::fix_download),
    // Accounts
    read("listAccounts", "/accounts", saved_accounts::list),
    read("listAccountBans", "/account-bans", bans::list),
    read("getAccount", "/accounts/{id}", saved_accounts::get),
    write("updateAccountCommentingProfile", "PATCH", "/accounts/{id}/commenting-profile", commenting_profile::update),
    read("listAccountBundles", "/accounts/{id}/bundles", saved_accounts::bundles),
    write("retrieveAccountVerificationCode", "POST", "/accounts/{id}/verification-code", reveal::verification_code).sensitive(),
    write("revealAccountCredentials", "POST", "/accounts/{id}/reveal-credentials", reveal::credentials).sensitive(),
    // Analytics
    read("canRefreshAccountAnalytics", "/accounts/{id}/analytics/can-refresh", analytics::refresh::can_refresh),
    write("refreshAccountAnalytics", "POST", "/accounts/{id}/analytics/refresh", analytics::refresh::refresh),
    // Accounts
    read("getAccountEditRequest", "/accounts/{id}/edit-request", edit_requests::get),
    write("createAccountEditRequest", "POST", "/accounts/{id}/edit-request", edit_requests::create),
    // Warming
    write("rewarmAccount", "POST", "/accounts/{id}/rewarm", warming::rewarm),
    write("configureBundleWarmingTerms", "PUT", "/bundles/{id}/warming-terms", warming::configure_terms),
    read("listAccountWarmingSessions", "/accounts/{id}/warming-sessions", warming::list),
    read("getWarmingSession", "/warming-sessions/{id}", warming::get),
    write("generateWarmingTerms", "POST", "/warming/generate-terms", warming_ideas::generate),
    // Webhooks
    read("listWebhookEvents", "/webhooks/events", webhook_events::list).keyless(),
    read("listWebhookEndpoints", "/webhooks", webhook_calls::list),
    write("createWebhookEndpoint", "POST", "/webhooks", webhook_calls::create).sensitive().waives(webhook_calls::waives),
    read("getWebhookEndpoint", "/webhooks/{id}", webhook_calls::get),
    write("updateWebhookEndpoint", "PATCH", "/webhooks/{id}", webhook_calls::update).waives(webhook_calls::waives),
    write("deleteWebhookEndpoint", "DELETE", "/webhooks/{id}", webhook_calls::delete),
    read("listWebhookDeliveries", "/webhooks/{id}/deliveries", webhook_calls::deliveries),
    write("retryWebhookDelivery", "POST", "/webhooks/{id}/deliveries/{delivery_id}/retry", webhook_calls::retry),
    write("testWebhookEndpoint", "POST", "/webhooks/{id}/test", webhook_calls::test),
    // Uploads
    write("uploadVideo", "POST", "/upload/video", uploads::video_link).sensitive(),
    write("uploadVideoDirect", "POST", "/upload/video/direct", uploads::video_direct),
    write("uploadImage", "POST", "/upload/image", uploads::image_link).sensitive(),
    write("uploadImageDirect", "POST", "/upload/image/direct", uploads::image_direct),
    write("uploadImageFromUrl", "POST", "/upload/image/from-url", uploads::image_from_url),
    // Analytics
    read("getAnalyticsDashboard", "/analytics", analytics::dashboard::get),
    read("getAnalyticsContract", "/analytics/contract", analytics::contract::get),
    read("exportAnalyticsVideos", "/analytics/export/videos", analytics::export::videos),
    write("createAnalyticsReport", "POST", "/analytics/export/reports", analytics::export::create).sensitive(),
    write("exportAnalyticsReportHtml", "POST", "/analytics/export/reports/html", analytics::export::html),
    read("getAnalyticsSeries", "/analytics/series", analytics::series::get),
    read("getAnalyticsAccount", "/analytics/accounts/{id}", analytics::accounts::get),
    write("refreshAnalyticsAccount", "POST", "/analytics/accounts/{id}/refresh", analytics::refresh::refresh_v2),
    read("listAnalyticsAccountRawSnapshots", "/analytics/accounts/{id}/raw", analytics::raw::of_account),
    read("getAccountAnalytics", "/accounts/{id}/analytics", analytics::accounts::summary),
    read("listAccountVideoAnalytics", "/accounts/{id}/analytics/videos", analytics::accounts::videos),
    read("getVideoAnalytics", "/videos/{id}/analytics", analytics::accounts::video),
    // Videos
    write("createVideoAdCodeRequest", "POST", "/videos/{id}/ad-code-request", ad_codes::create),
    read("getVideoAdCodeRequest", "/videos/{id}/ad-code-request", ad_codes::get),
    // Analytics
    read("getCommentPulse", "/analytics/comments", analytics::comments::pulse),
    read("listAnalyticsAccountComments", "/analytics/accounts/{id}/comments", analytics::comments::of_account),
    read("listAnalyticsPostRawSnapshots", "/analytics/posts/{id}/raw", analytics::raw::of_post),
    // Comments
    read("listCommentTasks", "/comments", comment_calls::list),
    write("createCommentTasks", "POST", "/comments", comment_orders::create),
    read("getCommentTask", "/comments/{id}", comment_calls::get),
    write("deleteCommentTask", "DELETE", "/comments/{id}", comment_calls::delete),
    write("approveCommentTask", "POST", "/comments/{id}/approve", comment_calls::approve),
    write("disputeCommentTask", "POST", "/comments/{id}/dispute", comment_calls::dispute),
    read("listCommentTaskVerifications", "/comments/{id}/verifications", comment_calls::verifications),
];
