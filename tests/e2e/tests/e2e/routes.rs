//! One module for each path of the connector.

mod api_ext_mcp;
mod authorize;
mod connect_consent;
mod connect_switch;
mod healthz;
mod readyz;
mod readyz_portal;
mod register;
mod revoke;
mod root;
mod site;
mod token;
mod well_known;
