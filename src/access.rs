//! Who may do what: levels and scopes, resource URLs and what they narrow, credentials, challenges, and the policy.

pub(crate) mod access_token;
pub(crate) mod approval;
pub(crate) mod browser;
pub(crate) mod call;
pub(crate) mod challenge;
pub(crate) mod credential;
pub(crate) mod level;
pub(crate) mod policy;
pub(crate) mod resource_url;
pub(crate) mod scope;
