//! What happens with time. Each family of operations says when something is due and lets it happen; here that is done
//! in the order of the due times, so that the outcome does not depend on how often a workspace is used.

use serde::{Deserialize, Serialize};

use crate::api::accounts::account::Account;
use crate::api::comments::task::Task;
use crate::api::orders::bundle::Bundle;
use crate::api::{accounts, comments, orders};
use crate::ledger::{self, Ledger};
use crate::time::Time;
use crate::workspace::{Item, Part, Workspace};

/// A guard against an endless loop: at most so many events are handled at once.
const STEPS_MAX: usize = 100_000;

struct Course {
    /// The part from which it tells what is due.
    part: &'static str,
    /// When something is due next.
    next_due: fn(&Workspace) -> Option<Time>,
    /// Lets everything happen that is due at the workspace's time.
    advance: fn(&mut Workspace),
}

/// Where two are due at the same moment, the one that is listed first goes first.
const COURSES: [Course; 4] = [
    Course {
        part: Ledger::NAME,
        next_due: ledger::next_due,
        advance: ledger::advance,
    },
    Course {
        part: Account::NAME,
        next_due: accounts::next_due,
        advance: accounts::advance,
    },
    Course {
        part: Bundle::NAME,
        next_due: orders::next_due,
        advance: orders::advance,
    },
    Course {
        part: Task::NAME,
        next_due: comments::next_due,
        advance: comments::advance,
    },
];

/// When something is due next, so that requests before it need not look.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Agenda {
    next_due: Option<Time>,
    /// When it was made. What waited for Coverage or credits until then does not happen earlier.
    since: Time,
}

impl Part for Agenda {
    const NAME: &'static str = "agenda";
}

impl Agenda {
    /// The agenda after these parts changed. Only some parts have anything to do with time.
    pub(crate) fn after<'a>(
        workspace: &Workspace,
        mut changed: impl Iterator<Item = &'a str>,
    ) -> Self {
        match changed.any(|part| COURSES.iter().any(|course| course.part == part)) {
            true => Self::of(workspace),
            false => Self::clone(&workspace.part()),
        }
    }

    fn of(workspace: &Workspace) -> Self {
        let next_due = COURSES.iter();
        let next_due = next_due.filter_map(|course| (course.next_due)(workspace));
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
        let due = due.filter_map(|course| Some(((course.next_due)(workspace)?, course)));
        let Some((at, course)) = due.filter(|(at, _)| *at <= until).min_by_key(|(at, _)| *at)
        else {
            break;
        };
        workspace.now = at.max(workspace.now);
        (course.advance)(workspace);
    }
    workspace.now = until;
}
