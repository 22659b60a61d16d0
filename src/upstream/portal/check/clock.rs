//! Compares the clock of this host with the provider's. An ID token is valid for a few minutes, so sign-ins fail when the
//! clocks are too far apart.

use super::asking::Asking;
use super::finding::Finding;
use crate::check::CheckName;
use crate::host::Host;

/// By how many seconds clocks may differ: the leeway in the check of an ID token.
const LEEWAY: i64 = 60;

/// Call this when every request was made.
pub(super) fn check<H: Host>(asking: &Asking<'_, H>) -> Finding {
    // A cache without `Age` makes an answer look old, so the one that fits best counts.
    let ahead = asking.ahead.borrow();
    let Some(ahead) = ahead.iter().min_by_key(|ahead| ahead.unsigned_abs()) else {
        return Finding::open(
            CheckName::Clock,
            "Not checked: no answer of the portal says what time it is there.",
            "Make sure that this host sets its clock by the network (NTP).",
        );
    };
    let seconds = ahead.unsigned_abs();
    if seconds <= LEEWAY.unsigned_abs() {
        return Finding::noted(
            CheckName::Clock,
            format!("The clocks of this host and of the portal are {seconds} seconds apart."),
        );
    }
    let direction = if *ahead > 0 { "behind" } else { "ahead of" };
    Finding::failed(
        CheckName::Clock,
        format!("The clock of this host is {seconds} seconds {direction} the portal's."),
        format!(
            "Set the clocks of both hosts by the network (NTP): more than {LEEWAY} seconds apart, valid ID tokens are refused."
        ),
    )
}
