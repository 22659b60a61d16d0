//! The arguments that pass on a person's consent to the API's own terms (docs/UPSTREAM.md, section 10).

pub(super) const CONSENT: &str = "acknowledge_support_forfeit";
pub(super) const POLICY_VERSION: &str = "policy_version";
