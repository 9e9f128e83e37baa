//! Topics: what they are called, how they are kept, and why they are refused.

mod error;
mod name;
mod settings;

pub use error::{PublishError, SubscribeError, TopicError};
pub use name::{ParseTopicNameError, TopicName};
pub use settings::TopicSettings;
pub(crate) use settings::{StreamSettings, TopicTable};
