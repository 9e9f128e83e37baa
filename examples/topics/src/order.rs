//! What an order is, and which ones the kitchen takes.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use staywire_server::{FailureCode, Message, TopicError};

/// What the kitchen has.
const DISHES: [&str; 6] =
    ["Dumplings", "Mapo tofu", "Noodle soup", "Fried rice", "Spring rolls", "Jasmine tea"];

/// The most portions of one order.
const MAX_PORTIONS: u8 = 12;

/// The code by which a page is told that the kitchen does not take an order.
const NOT_TAKEN: FailureCode = FailureCode::from_number(1_000);

/// How many orders somebody sees who comes late.
pub(crate) const LATE_COMERS_SEE: usize = 20;

/// Who orders without a page. No visitor can have a name with a space.
const WALK_IN: &str = "a walk-in";

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    by: String,
    /// When, in milliseconds of the wall clock.
    at: u64,
    dish: String,
    portions: u8,
}

impl Order {
    /// An order of somebody who came in.
    pub(crate) fn walk_in() -> Self {
        let dish = DISHES[fastrand::usize(..DISHES.len())].to_owned();
        let at = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
        Self {
            by: WALK_IN.to_owned(),
            at: u64::try_from(at).unwrap_or_default(),
            dish,
            portions: fastrand::u8(1..=3),
        }
    }

    /// Judges what `visitor` publishes; everybody gets it as it is, so nothing in it may be made up.
    pub(crate) fn check(message: &Message, visitor: &str) -> Result<(), TopicError> {
        let not_taken = |why| Err(TopicError::new(NOT_TAKEN, why));
        match serde_json::from_slice::<Self>(message.as_bytes()) {
            Err(_) => not_taken("that is no order"),
            Ok(Self { by, .. }) if by != visitor => not_taken("order in your own name"),
            Ok(Self { dish, .. }) if !DISHES.contains(&dish.as_str()) => not_taken("that is not on the menu"),
            Ok(Self { portions, .. }) if !(1..=MAX_PORTIONS).contains(&portions) => {
                not_taken("the kitchen makes 1 to 12 portions")
            }
            Ok(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(order: &str) -> Result<(), String> {
        Order::check(&order.into(), "ann").map_err(|error| error.reason().to_owned())
    }

    #[test]
    fn what_is_on_the_menu_is_taken_in_the_visitors_own_name() {
        assert_eq!(judged(r#"{"by":"ann","at":1,"dish":"Dumplings","portions":2}"#), Ok(()));
        for (order, why) in [
            ("2 dumplings", "that is no order"),
            (r#"{"by":"ann","at":1,"dish":"Dumplings","portions":2,"price":0}"#, "that is no order"),
            (r#"{"by":"bob","at":1,"dish":"Dumplings","portions":2}"#, "order in your own name"),
            (r#"{"by":"ann","at":1,"dish":"Lava","portions":2}"#, "that is not on the menu"),
            (r#"{"by":"ann","at":1,"dish":"Dumplings","portions":0}"#, "the kitchen makes 1 to 12 portions"),
        ] {
            assert_eq!(judged(order), Err(why.to_owned()), "{order}");
        }
    }
}
