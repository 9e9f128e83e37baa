//! What every engine promises, and the engines that promise it.
//!
//! A promise is a function over a [`Subject`]; `promises!` makes a test of each, for each engine. What only one engine
//! does, such as a bound of its own, is tested beside it.

// A test that cannot go on may panic, also outside the function that carries the attribute.
#![allow(clippy::unwrap_used)]

mod attaching;
mod history;
mod lives;
mod memory;
mod presence;
mod publishing;
mod support;

/// Holds an engine to all promises, each as a test of its own in the module `$name`.
macro_rules! promises {
    ($name:ident, $subject:ty: $($file:ident :: { $($promise:ident),+ $(,)? }),+ $(,)?) => {
        mod $name {
            $($(
                #[tokio::test(start_paused = true)]
                async fn $promise() {
                    crate::$file::$promise::<$subject>().await;
                }
            )+)+
        }
    };
    ($name:ident: $subject:ty) => {
        promises! { $name, $subject:
            publishing::{
                the_messages_of_a_stream_are_numbered_from_one_on,
                streams_are_numbered_apart,
                the_calls_order_is_the_messages_order,
            },
            attaching::{
                what_is_delivered_follows_the_position_that_attaching_says,
                what_nobody_is_attached_to_is_not_delivered,
                a_stream_is_delivered_until_it_is_detached_as_often_as_it_was_attached,
                each_delivery_is_the_message_with_its_key_and_its_number,
                deliveries_are_in_order_however_many_publish,
                what_becomes_of_a_delivery_is_told_to_who_published,
            },
            history::{
                without_retention_nothing_is_kept,
                the_last_messages_are_kept_by_count,
                the_last_messages_are_kept_by_bytes,
                messages_are_kept_until_they_are_too_old,
                a_position_is_continued_where_it_is,
                a_position_that_is_too_old_shows_what_is_gone,
                a_position_of_another_life_gets_all_that_is_kept,
                what_is_asked_for_is_at_the_end_of_what_is_kept,
                keys_are_kept_with_their_messages,
            },
            lives::{
                a_life_outlives_its_last_reader,
                a_life_that_is_forgotten_is_followed_by_another_one,
                who_looks_at_a_stream_without_a_life_sees_where_it_will_begin,
                two_processes_never_begin_the_same_life,
                a_stream_goes_on_in_the_next_process,
            },
            presence::{
                the_first_session_joins_and_the_last_one_leaves,
                a_member_is_connected_while_one_of_its_sessions_is,
                what_changes_nothing_is_not_told,
                changes_are_published_in_their_order,
                the_list_is_right_as_of_its_position,
                of_many_who_come_at_once_one_joins,
            },
        }
    };
}

promises!(memory_engine: crate::support::InMemory);
