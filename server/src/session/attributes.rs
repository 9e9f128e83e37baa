//! What an application keeps beside a session.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

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

/// A value that outlives the process, serialized: `MessagePack` with the names of fields.
struct Kept(Box<[u8]>);

/// Why a value is not [kept](Attributes::keep), or is not what was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeError {
    /// The value cannot be serialized; nothing was stored.
    NotSerializable {
        /// The name that it was to have.
        name: String,
        /// What serde said.
        error: String,
    },
    /// What is kept under the name is no value of this type: an earlier version of the application kept another.
    OtherType {
        /// The name.
        name: String,
        /// What serde said.
        error: String,
    },
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

    /// Stores `value` under `name`, replacing what was there, so that it also outlives a restart of the server.
    ///
    /// It is serialized here and now, and read by [`kept`](Self::kept) alone. Where the server has no
    /// [state directory](crate::ServerBuilder::state_dir) it lives as long as the session, like any other.
    ///
    /// # Errors
    ///
    /// [`AttributeError::NotSerializable`].
    pub fn keep<T: Serialize>(&self, name: &str, value: &T) -> Result<(), AttributeError> {
        let bytes = rmp_serde::to_vec_named(value).map_err(|error| AttributeError::NotSerializable {
            name: name.to_owned(),
            error: error.to_string(),
        })?;
        self.insert(Key::Name(name.into()), Arc::new(Kept(bytes.into())));
        Ok(())
    }

    /// The value that was [kept](Self::keep) under `name`, by this process or an earlier one, if there is one.
    ///
    /// # Errors
    ///
    /// [`AttributeError::OtherType`].
    pub fn kept<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, AttributeError> {
        let Some(kept) = self.get::<Kept>(name) else { return Ok(None) };
        let value = rmp_serde::from_slice(&kept.0);
        value
            .map(Some)
            .map_err(|error| AttributeError::OtherType { name: name.to_owned(), error: error.to_string() })
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

    /// What outlives the process: names and serialized values.
    pub(crate) fn to_state(&self) -> Vec<(String, Vec<u8>)> {
        let values = self.values.lock();
        let kept = values.iter().filter_map(|(key, value)| match key {
            Key::Name(name) => Some((name.to_string(), value.downcast_ref::<Kept>()?.0.to_vec())),
            Key::Type(_) => None,
        });
        kept.collect()
    }

    /// The attributes of a session that an earlier process had.
    pub(crate) fn from_state(state: Vec<(String, Vec<u8>)>) -> Self {
        let attributes = Self::default();
        for (name, bytes) in state {
            attributes.insert(Key::Name(name.into()), Arc::new(Kept(bytes.into())));
        }
        attributes
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

impl fmt::Display for AttributeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSerializable { name, error } => {
                write!(f, "the attribute {name:?} cannot be kept: {error}")
            }
            Self::OtherType { name, error } => {
                write!(f, "the attribute {name:?} was kept with another type: {error}")
            }
        }
    }
}

impl Error for AttributeError {}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Cart {
        items: Vec<u32>,
        #[serde(default)]
        coupon: Option<String>,
    }

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

    #[test]
    fn what_is_kept_is_there_in_the_next_process_and_nothing_else() {
        let attributes = Attributes::default();
        let cart = Cart { items: vec![7, 8], coupon: None };
        attributes.keep("cart", &cart).unwrap();
        attributes.keep("gone", &1).unwrap();
        attributes.set("gone", 1);
        attributes.set_typed(7_u32);
        assert_eq!(attributes.kept("cart"), Ok(Some(cart)));
        let next = Attributes::from_state(attributes.to_state());
        assert_eq!(next.kept("cart"), Ok(Some(Cart { items: vec![7, 8], coupon: None })));
        assert_eq!((next.kept::<u32>("gone"), next.typed::<u32>()), (Ok(None), None));
        assert!(next.remove("cart"));
        assert_eq!(next.kept::<Cart>("cart"), Ok(None));
    }

    #[test]
    fn a_type_that_gained_a_field_is_still_read_and_another_type_is_an_error() {
        #[derive(Serialize)]
        struct Earlier {
            items: Vec<u32>,
        }

        let attributes = Attributes::default();
        attributes.keep("cart", &Earlier { items: vec![7] }).unwrap();
        assert_eq!(attributes.kept("cart"), Ok(Some(Cart { items: vec![7], coupon: None })));
        let error = attributes.kept::<u32>("cart").unwrap_err();
        assert!(matches!(&error, AttributeError::OtherType { name, .. } if name == "cart"), "{error}");
    }
}
