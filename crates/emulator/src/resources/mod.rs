//! The resources of the REST API, one file each. A handler is a pure function of the workspace, the request and the
//! circumstances; nothing is written when it fails, and nothing at all in a dry run.

pub mod accounts;
pub mod bundles;
pub mod credits;
pub mod orders;
pub mod profile;
pub mod reference;
pub mod warming_choice;
