//! Operations that only list, get, change or delete, for any kind of object or part.

use serde_json::Value;

use crate::answer::{Answer, Body};
use crate::call::{Call, Reply};
use crate::error::ApiError;
use crate::workspace::{Item, Part, Workspace};

/// An object that the API shows.
pub(crate) trait Shown: Item {
    /// The members of the object in an answer; further ones do no harm, because the document selects.
    fn show(&self, workspace: &Workspace) -> Value;

    /// Called after a change by [`patch`].
    fn changed(&mut self, _call: &Call) {}
}

/// All objects, the newest first, filtered and in pages.
pub(crate) fn list<T: Shown>(workspace: &mut Workspace, call: &Call) -> Reply {
    let rows = workspace.all::<T>();
    Ok(call.page(rows.iter().rev().map(|item| item.show(workspace))))
}

/// The object in the path.
pub(crate) fn get<T: Shown>(workspace: &mut Workspace, call: &Call) -> Reply {
    let item = workspace.find::<T>(call.id())?;
    Ok(Answer::data(item.show(workspace)))
}

/// The object in the path with the members of the body in place of its own; null clears.
pub(crate) fn patch<T: Shown>(workspace: &mut Workspace, call: &Call) -> Reply {
    let mut item = overlay(&workspace.find::<T>(call.id())?, call)?;
    item.changed(call);
    workspace.put(&item)?;
    Ok(Answer::data(item.show(workspace)))
}

/// Removes the object in the path.
pub(crate) fn delete<T: Item>(workspace: &mut Workspace, call: &Call) -> Reply {
    workspace.remove::<T>(call.id())?;
    Ok(match call.dry_run {
        // The members of a dry run need a body.
        true => Answer::json(200, serde_json::Map::new()),
        false => Answer::new(204, Body::Empty),
    })
}

/// A part with the members of the body in place of its own.
pub(crate) fn patch_part<P: Part>(workspace: &mut Workspace, call: &Call) -> Reply {
    let part: P = overlay(&*workspace.part::<P>(), call)?;
    *workspace.part_mut() = part.clone();
    Ok(Answer::data(part))
}

/// A value with the members of the body in place of its own.
pub(crate) fn overlay<T: serde::Serialize + serde::de::DeserializeOwned>(
    value: &T,
    call: &Call,
) -> Result<T, ApiError> {
    let misfit = |error| ApiError::misfit(&error);
    let mut document = serde_json::to_value(value).map_err(misfit)?;
    if let (Some(document), Some(body)) = (document.as_object_mut(), call.body.as_object()) {
        document.extend(body.clone());
    }
    serde_json::from_value(document).map_err(misfit)
}
