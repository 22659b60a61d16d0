//! What happens with time. Each family of operations says when something is due and lets it happen; here that is done
//! in the order of the due times, so that the outcome does not depend on how often a workspace is used.

use serde::{Deserialize, Serialize};

use crate::api::accounts::account::Account;
use crate::api::comments::task::Task;
use crate::api::orders::bundle::Bundle;
use crate::api::{accounts, comments, orders};
use crate::ledger::{self, Ledger};
use crate::time::Time;
use crate::workspace::{Item, Part, Workspace, part};

/// A guard against an endless loop: at most so many events are handled at once.
const STEPS_MAX: usize = 100_000;

/// The part from which a course tells what is due, when something is due next, and what lets everything happen that is
/// due at the workspace's time.
type Course = (
    &'static str,
    fn(&Workspace) -> Option<Time>,
    fn(&mut Workspace),
);

/// Where two are due at the same moment, the one that is listed first goes first.
const COURSES: [Course; 4] = [
    (Ledger::NAME, ledger::next_due, ledger::advance),
    (Account::NAME, accounts::next_due, accounts::advance),
    (Bundle::NAME, orders::next_due, orders::advance),
    (Task::NAME, comments::next_due, comments::advance),
];

/// When something is due next, so that requests before it need not look.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Agenda {
    next_due: Option<Time>,
    /// When it was made. What waited for Coverage or credits until then does not happen earlier.
    since: Time,
}

part!(Agenda, "agenda");

impl Agenda {
    /// The agenda after these parts changed. Only some parts have anything to do with time.
    pub(crate) fn after<'a>(
        workspace: &Workspace,
        mut changed: impl Iterator<Item = &'a str>,
    ) -> Self {
        match changed.any(|part| COURSES.iter().any(|(of, ..)| *of == part)) {
            true => Self::of(workspace),
            false => Self::clone(&workspace.part()),
        }
    }

    fn of(workspace: &Workspace) -> Self {
        let next_due = COURSES.iter();
        let next_due = next_due.filter_map(|(_, next_due, _)| next_due(workspace));
        Self {
            since: workspace.now,
            next_due: next_due.min(),
        }
    }
}

/// Lets everything happen that was due by the workspace's time; says whether anything was.
pub(crate) fn settle(workspace: &mut Workspace) -> bool {
    let next_due = workspace.part::<Agenda>().next_due;
    let is_due = next_due.is_some_and(|at| at <= workspace.now);
    if is_due {
        run(workspace);
        *workspace.part_mut() = Agenda::of(workspace);
    }
    is_due
}

/// Lets everything happen that is due, without asking the agenda; the demo calls it, because its workspace has none.
pub(crate) fn run(workspace: &mut Workspace) {
    let until = workspace.now;
    // What is due depends on what holds at the time, so time passes from one event to the next.
    workspace.now = workspace.part::<Agenda>().since.min(until);
    for _ in 0..STEPS_MAX {
        let due = COURSES.iter();
        let due = due.filter_map(|(_, next, advance)| Some((next(workspace)?, advance)));
        let Some((at, advance)) = due.filter(|(at, _)| *at <= until).min_by_key(|(at, _)| *at)
        else {
            break;
        };
        workspace.now = at.max(workspace.now);
        advance(workspace);
    }
    workspace.now = until;
}
