//! The operations of the REST API: the function that does each.

pub(crate) mod accounts;
pub(crate) mod analytics;
pub(crate) mod collections;
pub(crate) mod comments;
pub(crate) mod coverage;
pub(crate) mod credits;
pub(crate) mod orders;
pub(crate) mod profile;
pub(crate) mod reference;
pub(crate) mod uploads;
pub(crate) mod webhooks;

use serde_json::Value;

use self::accounts::account::Account;
use self::accounts::{bans, edits, reveal};
use self::analytics::{raw, refresh, report, series, views};
use self::collections::{get, list, patch, patch_part};
use self::comments::task::Task;
use self::orders::bundle::Bundle;
use self::orders::warming::Session;
use self::orders::{
    account, configure, import, place, publish, review, show, terms, videos, warming,
};
use self::uploads::Kind;
use self::webhooks::outbox::Endpoint;
use self::webhooks::{catalogue, deliveries, endpoints};
use crate::call::{Call, Handler, Reply};
use crate::error::{ApiError, Code};
use crate::workspace::Workspace;

/// The function that does an operation.
#[rustfmt::skip]
pub(crate) fn handler(operation: &str) -> Handler {
    match operation {
        "getCurrentUser" => profile::get,
        "updateCurrentUserSettings" => patch_part::<profile::Profile>,
        "listCountries" => reference::countries,
        "listPlatforms" => reference::platforms,
        "getCreditCosts" => reference::credit_costs,
        "getCreditBalance" => credits::balance,
        "listCreditTransactions" => credits::history,

        "listBundles" => list::<Bundle>,
        "createBundle" => place::create,
        "createBundlesBulk" => place::create_bulk,
        "getBundle" => get::<Bundle>,
        "updateBundle" => show::update,
        "publishBundle" => publish::publish,
        "getBundlePublishReadiness" => publish::readiness,
        "unpublishBundle" => publish::unpublish,
        "addVideoSlots" => place::add_video_slots,
        "addEditSlots" => place::add_edit_slots,
        "getBundleAccount" => account::get,
        "configureBundleAccount" => account::configure,
        "requestBundleAccountCorrections" => account::request_corrections,
        "finalizeBundleAccount" => account::finalize,
        "listBundleVideos" => videos::list,
        "getBundleVideo" => videos::get,
        "configureBundleVideo" => configure::configure,
        "patchBundleVideo" => videos::patch,
        "batchConfigureBundleVideos" => configure::configure_batch,
        "publishAllBundleVideos" => publish::publish_all,
        "importBundleVideosCsv" => import::import,
        "publishBundleVideo" => publish::publish_video,
        "resetBundleVideo" => videos::reset,
        "unscheduleBundleVideo" => videos::unschedule,
        "finalizeBundleVideo" => review::finalize,
        "requestBundleVideoCorrections" => review::request_corrections,
        "fixBundleVideoDownload" => review::fix_download,
        "createVideoAdCodeRequest" => review::order_ad_code,
        "getVideoAdCodeRequest" => review::get_ad_code,
        "rewarmAccount" => warming::rewarm,
        "configureBundleWarmingTerms" => warming::configure_terms,
        "listAccountWarmingSessions" => warming::of_account,
        "getWarmingSession" => get::<Session>,
        "generateWarmingTerms" => terms::generate,

        "listAccounts" => accounts::list,
        "getAccount" => get::<Account>,
        "listAccountBundles" => show::of_account,
        "listAccountBans" => bans::list,
        "updateAccountCommentingProfile" => accounts::update_commenting,
        "retrieveAccountVerificationCode" => reveal::verification_code,
        "revealAccountCredentials" => reveal::credentials,
        "getAccountEditRequest" => edits::get,
        "createAccountEditRequest" => edits::create,
        "getAccountManagedSubscription" => coverage::get,
        "reactivateAccountManagedSubscription" => coverage::reactivate,
        "cancelAccountManagedSubscription" => coverage::cancel,

        "canRefreshAccountAnalytics" => refresh::can_refresh,
        "refreshAccountAnalytics" | "refreshAnalyticsAccount" => refresh::refresh,
        "getAnalyticsDashboard" => views::dashboard,
        "getAnalyticsContract" => analytics::contract,
        "getAnalyticsSeries" => series::get,
        "getAnalyticsAccount" => views::account,
        "getAccountAnalytics" => views::summary,
        "listAccountVideoAnalytics" => views::videos,
        "getVideoAnalytics" => views::video,
        "exportAnalyticsVideos" => views::csv,
        "createAnalyticsReport" => report::create,
        "exportAnalyticsReportHtml" => report::html,
        "getCommentPulse" => analytics::comments::pulse,
        "listAnalyticsAccountComments" => analytics::comments::list,
        "listAnalyticsAccountRawSnapshots" => raw::of_account,
        "listAnalyticsPostRawSnapshots" => raw::of_post,

        "listCommentTasks" => list::<Task>,
        "createCommentTasks" => comments::orders::create,
        "getCommentTask" => get::<Task>,
        "deleteCommentTask" => comments::delete,
        "approveCommentTask" => comments::approve,
        "disputeCommentTask" => comments::dispute,
        "listCommentTaskVerifications" => comments::verifications,

        "listWebhookEvents" => catalogue::list,
        "listWebhookEndpoints" => endpoints::list,
        "createWebhookEndpoint" => endpoints::create,
        "getWebhookEndpoint" => get::<Endpoint>,
        "updateWebhookEndpoint" => patch::<Endpoint>,
        "deleteWebhookEndpoint" => endpoints::delete,
        "listWebhookDeliveries" => deliveries::list,
        "retryWebhookDelivery" => deliveries::retry,
        "testWebhookEndpoint" => deliveries::test,

        "uploadVideo" => |workspace, call| uploads::link(workspace, call, Kind::Video),
        "uploadImage" => |workspace, call| uploads::link(workspace, call, Kind::Image),
        "uploadVideoDirect" => |workspace, call| uploads::direct(workspace, call, Kind::Video),
        "uploadImageDirect" => |workspace, call| uploads::direct(workspace, call, Kind::Image),
        "uploadImageFromUrl" => uploads::image_from_url,
        _ => unknown,
    }
}

/// The answer to an operation of a newer document that the emulator does not know yet.
fn unknown(_: &mut Workspace, call: &Call) -> Reply {
    let message = format!("The emulator does not have {} yet.", call.operation.id);
    Err(ApiError::new(Code::NotFound, message))
}

/// Looks at the raw body for faults that have a code of their own and that the rules of the document would hide.
pub(crate) fn precheck(operation: &str, body: &Value) -> Result<(), ApiError> {
    match operation {
        "createBundle" | "createBundlesBulk" => orders::precheck(body),
        _ => Ok(()),
    }
}

/// Whether a broken rule of the document does not hold here.
pub(crate) fn waives(operation: &str, field: &str, body: &Value) -> bool {
    matches!(operation, "createWebhookEndpoint" | "updateWebhookEndpoint")
        && endpoints::waives(field, body)
}
