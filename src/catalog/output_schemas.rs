//! The output schemas of the catalogue. They have 74 kB and are much alike, so the component has them compressed, in 4 kB.

use crate::text::inflated;
use std::sync::OnceLock;

mod deflated {
    include!(concat!(env!("OUT_DIR"), "/output_schemas.rs"));
}

/// The output schema of a tool as JSON, by the tool's position in the document. An instance inflates all of them when it is
/// first asked for one, for a list of tools or the description of one.
pub(super) fn at(index: usize) -> Option<&'static str> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let end = |index: usize| usize::try_from(*deflated::ENDS.get(index)?).ok();
    let start = index.checked_sub(1).map_or(Some(0), end)?;
    let text = TEXT.get_or_init(|| inflated(deflated::BYTES, deflated::LENGTH));
    text.get(start..end(index)?)
}
