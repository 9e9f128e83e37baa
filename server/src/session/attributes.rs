//! What an application keeps beside a session.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::sync::Mutex;

/// Values that an application keeps with a session, by name or by type; they live as long as it.
///
/// Values are shared: what is read stays valid when another task replaces it.
#[derive(Default)]
pub struct Attributes {
    values: Mutex<HashMap<Key, Arc<dyn Any + Send + Sync>>>,
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Name(Box<str>),
    Type(TypeId),
}

impl Attributes {
    /// Stores `value` under `name`, replacing what was there.
    pub fn set<T: Send + Sync + 'static>(&self, name: &str, value: T) {
        self.insert(Key::Name(name.into()), Arc::new(value));
    }

    /// The value under `name`, if there is one of type `T`.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self, name: &str) -> Option<Arc<T>> {
        self.lookup(&Key::Name(name.into()))
    }

    /// Removes the value under `name`; says whether there was one.
    pub fn remove(&self, name: &str) -> bool {
        let removed = self.values.lock().remove(&Key::Name(name.into()));
        removed.is_some()
    }

    /// Stores `value` as the one value of its type, replacing an earlier one.
    pub fn set_typed<T: Send + Sync + 'static>(&self, value: T) {
        self.insert(Key::Type(TypeId::of::<T>()), Arc::new(value));
    }

    /// The value stored by [`set_typed`](Self::set_typed) for type `T`.
    #[must_use]
    pub fn typed<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.lookup(&Key::Type(TypeId::of::<T>()))
    }

    fn insert(&self, key: Key, value: Arc<dyn Any + Send + Sync>) {
        let replaced = self.values.lock().insert(key, value);
        // The destructor of a user's value is user code: it runs without the lock.
        drop(replaced);
    }

    fn lookup<T: Send + Sync + 'static>(&self, key: &Key) -> Option<Arc<T>> {
        let value = self.values.lock().get(key).cloned();
        value?.downcast().ok()
    }
}

impl fmt::Debug for Attributes {
    /// Shows no value: attributes hold users and credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attributes").field("len", &self.values.lock().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_by_name_and_by_type() {
        let attributes = Attributes::default();
        attributes.set("WEBSOCKET_USERID", "888".to_owned());
        attributes.set_typed(7_u32);
        assert_eq!(attributes.get::<String>("WEBSOCKET_USERID").as_deref(), Some(&"888".to_owned()));
        assert_eq!(attributes.typed::<u32>().as_deref(), Some(&7));
    }

    #[test]
    fn a_value_of_another_type_is_not_found() {
        let attributes = Attributes::default();
        attributes.set("count", 7_u32);
        assert_eq!(attributes.get::<String>("count"), None);
        assert_eq!(attributes.typed::<u32>(), None);
    }

    #[test]
    fn a_later_value_replaces_and_a_removed_one_is_gone() {
        let attributes = Attributes::default();
        attributes.set("name", 1);
        attributes.set("name", 2);
        assert_eq!(attributes.get("name"), Some(Arc::new(2)));
        assert!(attributes.remove("name"));
        assert!(!attributes.remove("name"));
        assert_eq!(attributes.get::<i32>("name"), None);
    }
}
