//! The state of one workspace, as named parts. A part is parsed when it is first used and written back only if it
//! changed. This module does not know which parts there are: each family of operations declares its own.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::error::{ApiError, Code};
use crate::ids;
use crate::people::PEOPLE;
use crate::time::Time;

/// A part that is one value. Its JSON must be an object or a list, because SQLite would take the quotes off a text.
pub(crate) trait Part: Clone + Default + Serialize + DeserializeOwned + 'static {
    const NAME: &'static str;
}

/// An object of a part that is a list of objects, the oldest first.
pub(crate) trait Item: Clone + Serialize + DeserializeOwned + 'static {
    /// Name of the list.
    const NAME: &'static str;
    /// What one is called in an error.
    const WHAT: &'static str;
    /// The error for an id that was never issued.
    const NOT_FOUND: Code;
    /// The error for an id of another workspace.
    const NOT_OWNED: Code = Self::NOT_FOUND;

    fn id(&self) -> &str;
}

/// Declares a type to be a part of this name.
macro_rules! part {
    ($type:ident, $name:literal) => {
        impl $crate::workspace::Part for $type {
            const NAME: &'static str = $name;
        }
    };
}

/// Declares a type with an `id` to be an object of a list: the name of the list, what one is called in an error, and the
/// codes for an id that was never issued and, if it differs, for one of another workspace.
macro_rules! item {
    ($type:ident, $name:literal, $what:literal, $not_found:expr $(, $not_owned:expr)?) => {
        impl $crate::workspace::Item for $type {
            const NAME: &'static str = $name;
            const WHAT: &'static str = $what;
            const NOT_FOUND: $crate::error::Code = $not_found;
            $(const NOT_OWNED: $crate::error::Code = $not_owned;)?

            fn id(&self) -> &str {
                &self.id
            }
        }
    };
}

pub(crate) use {item, part};

/// The state of one workspace.
pub(crate) struct Workspace {
    /// Id of the workspace, which is its owner's.
    pub(crate) id: String,
    /// The time of what is happening: of the request, or earlier while events that became due are applied.
    pub(crate) now: Time,
    /// Whether everything that changes here is thrown away. Then ids are synthetic.
    pub(crate) dry_run: bool,
    texts: BTreeMap<String, String>,
    loaded: RefCell<BTreeMap<&'static str, Loaded>>,
}

/// A parsed part: a `Box<Rc<T>>`, and how to write it.
struct Loaded {
    value: Box<dyn Any>,
    write: fn(&dyn Any) -> serde_json::Result<Box<RawValue>>,
    changed: bool,
}

/// How many ids were issued.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Issued {
    ids: u64,
    #[serde(skip)]
    synthetic: u64,
}

part!(Issued, "issued");

impl Workspace {
    /// A workspace with these parts, each as JSON; parts that are missing are empty.
    pub(crate) fn new(id: &str, now: Time, texts: BTreeMap<String, String>) -> Self {
        Self {
            id: id.to_owned(),
            now,
            dry_run: false,
            texts,
            loaded: RefCell::default(),
        }
    }

    /// Bytes that were stored of it.
    pub(crate) fn size(&self) -> usize {
        self.texts.values().map(String::len).sum()
    }

    /// Reads a part.
    pub(crate) fn part<P: Part>(&self) -> Rc<P> {
        self.value(P::NAME)
    }

    /// Changes a part.
    pub(crate) fn part_mut<P: Part>(&mut self) -> &mut P {
        self.value_mut(P::NAME)
    }

    /// Reads a list.
    pub(crate) fn all<T: Item>(&self) -> Rc<Vec<T>> {
        self.value(T::NAME)
    }

    /// Changes a list.
    pub(crate) fn all_mut<T: Item>(&mut self) -> &mut Vec<T> {
        self.value_mut(T::NAME)
    }

    /// A copy of the object with this id.
    pub(crate) fn find<T: Item>(&self, id: &str) -> Result<T, ApiError> {
        let found = self.all::<T>();
        let found = found.iter().find(|item| item.id().eq_ignore_ascii_case(id));
        found.cloned().ok_or_else(|| self.missing::<T>(id))
    }

    /// The object with this id, to change it.
    pub(crate) fn find_mut<T: Item>(&mut self, id: &str) -> Result<&mut T, ApiError> {
        let is_wanted = |item: &T| item.id().eq_ignore_ascii_case(id);
        let index = self.all::<T>().iter().position(is_wanted);
        let index = index.ok_or_else(|| self.missing::<T>(id))?;
        Ok(&mut self.all_mut()[index])
    }

    /// Stores a changed copy of an object in its place.
    pub(crate) fn put<T: Item>(&mut self, item: &T) -> Result<(), ApiError> {
        *self.find_mut(item.id())? = item.clone();
        Ok(())
    }

    /// Adds an object.
    pub(crate) fn add<T: Item>(&mut self, item: T) {
        self.all_mut().push(item);
    }

    /// Removes the object with this id.
    pub(crate) fn remove<T: Item>(&mut self, id: &str) -> Result<(), ApiError> {
        self.find::<T>(id)?;
        let items = self.all_mut::<T>();
        items.retain(|item| !item.id().eq_ignore_ascii_case(id));
        Ok(())
    }

    /// A fresh id.
    pub(crate) fn new_id(&mut self) -> String {
        let (dry_run, owner) = (self.dry_run, self.id.clone());
        let issued = self.part_mut::<Issued>();
        if dry_run {
            issued.synthetic += 1;
            ids::synthetic(issued.synthetic)
        } else {
            issued.ids += 1;
            ids::issue(&owner, issued.ids)
        }
    }

    /// What changed: name and JSON of each part.
    pub(crate) fn changes(&self) -> serde_json::Result<BTreeMap<&'static str, Box<RawValue>>> {
        let mut changes = BTreeMap::new();
        for (name, part) in &*self.loaded.borrow() {
            if part.changed {
                let text = (part.write)(part.value.as_ref())?;
                if self.texts.get(*name).map(String::as_str) != Some(text.get()) {
                    changes.insert(*name, text);
                }
            }
        }
        Ok(changes)
    }

    fn missing<T: Item>(&self, id: &str) -> ApiError {
        let mut others = PEOPLE.iter().filter(|person| person.id != self.id);
        if T::NOT_OWNED != T::NOT_FOUND && others.any(|person| ids::is_of(id, person.id)) {
            let message = format!("This {} belongs to another workspace.", T::WHAT);
            return ApiError::new(T::NOT_OWNED, message);
        }
        ApiError::new(
            T::NOT_FOUND,
            format!("There is no {} with this id.", T::WHAT),
        )
    }

    fn value<V: Clone + Default + Serialize + DeserializeOwned + 'static>(
        &self,
        name: &'static str,
    ) -> Rc<V> {
        let mut loaded = self.loaded.borrow_mut();
        let part = loaded.entry(name).or_insert_with(|| self.load::<V>(name));
        let value = part.value.downcast_ref::<Rc<V>>();
        Rc::clone(value.expect("a name belongs to one type"))
    }

    fn value_mut<V: Clone + Default + Serialize + DeserializeOwned + 'static>(
        &mut self,
        name: &'static str,
    ) -> &mut V {
        drop(self.value::<V>(name));
        let part = self.loaded.get_mut().get_mut(name);
        let part = part.expect("it was just loaded");
        part.changed = true;
        let value = part.value.downcast_mut::<Rc<V>>();
        Rc::make_mut(value.expect("a name belongs to one type"))
    }

    /// A text that does not parse is from another version of the emulator; the part starts afresh.
    fn load<V: Default + Serialize + DeserializeOwned + 'static>(&self, name: &str) -> Loaded {
        let text = self.texts.get(name);
        let value: Option<V> = text.and_then(|text| serde_json::from_str(text).ok());
        Loaded {
            value: Box::new(Rc::new(value.unwrap_or_default())),
            write: |value| {
                let value = value.downcast_ref::<Rc<V>>();
                to_raw_value(&**value.expect("a name belongs to one type"))
            },
            changed: false,
        }
    }
}
