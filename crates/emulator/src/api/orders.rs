//! Orders ("bundles"): an account to be made, videos to be posted, and what becomes of both.

pub(crate) mod account;
pub(crate) mod bundle;
pub(crate) mod configure;
mod course;
pub(crate) mod import;
pub(crate) mod place;
pub(crate) mod publish;
pub(crate) mod review;
pub(crate) mod show;
pub(crate) mod terms;
pub(crate) mod videos;
pub(crate) mod warming;

pub(crate) use self::course::{advance, next_due};
pub(crate) use self::place::stand_in;
pub(crate) use self::publish::redate;
pub(crate) use self::terms::precheck;
