//! The exports that `js/session.js` and its parts call, for a conversation in session mode.
//!
//! Numbers of the wire are `f64`, which holds them exactly (they stay below 2^53).

use core::mem;

use staywire_protocol::ConnectionId;
use staywire_protocol::client::Verdict;
use staywire_protocol::client::session::{Data, SendError, SubscribeError};
use staywire_protocol::wire::{FailureCode, Limits, StreamPosition};
use wasm_bindgen::prelude::*;

use super::{StreamLine, ToClient, inputs};
use crate::driver::{self, Driver};
use crate::drivers;
use crate::exports::config;
use crate::machine::Machine;
use crate::wire::Handle;

/// Bytes that JavaScript writes without asking, as in `js/core.js`; a message below 16 bytes counts as 16.
const AHEAD: u32 = 16 * 1024;

/// What a message counts as at least.
const MIN_CHARGE: u32 = 16;

/// A conversation in session mode that has not begun; returns its number. As in plain mode.
#[expect(clippy::too_many_arguments, reason = "a settings class would cost 600 bytes of every page")]
#[wasm_bindgen]
pub fn staywire_create_session(
    seed: f64,
    connect_timeout: u32,
    close_timeout: u32,
    min_delay: u32,
    max_delay: u32,
    min_uptime: u32,
    max_attempts: i32,
    max_queue_bytes: f64,
) -> u32 {
    let config = config(
        connect_timeout,
        close_timeout,
        min_delay,
        max_delay,
        min_uptime,
        max_attempts,
        max_queue_bytes,
    );
    drivers::insert(Driver::new(Machine::Session(super::Machine::new(config, seed.to_bits()))))
}

/// Accepts something of the application's: its number, or why not as `-1` full, `-2` too large, `-3` too many, `-4` not
/// waited for, `-5` ended. Asked for each message.
///
/// JavaScript calls `staywire_drive` afterwards.
///
/// `kind` is 0 for a message; 1 for a request of who goes by `name`; 2 for a reply to the request `to`, 3 for its failure
/// with `code`; 4 for a publication to the topic `name`; 5 for a subscription to it from the position `code` in the epoch
/// `to`, or with the last `code` messages if that is 0, `bytes` being the size of its name; 6 for the end of that; 7
/// for giving up the own request `to`. The last three have no number but 0.
#[wasm_bindgen]
pub fn staywire_push(core: u32, kind: u8, name: u32, bytes: u32, to: f64, code: f64) -> f64 {
    let (number, code) = (to as u64, code as u64);
    let payload = Handle;
    with(core, |machine| {
        let client = &mut machine.client;
        let pushed = client.with_session(|session| match kind {
            0 => session.send(payload, bytes),
            1 => session.request(payload, bytes, None, name),
            2 => session.reply(number, payload, bytes),
            3 => session.fail(number, FailureCode::from_number(code), payload, bytes),
            4 => session.publish(name, payload, bytes),
            5 => match session.subscribe(name, bytes as usize, inputs::from(to as u32, code)) {
                Ok(()) => Ok(0),
                Err(SubscribeError::NotSent(error)) => Err(error),
                Err(SubscribeError::TooManySubscriptions) => {
                    Err(SendError::TooManyRequests { max_requests: 0 })
                }
                // JavaScript asks for none that it holds: what holds it is a session that is over.
                Err(SubscribeError::AlreadySubscribed) => Err(SendError::Ended),
            },
            6 => {
                session.unsubscribe(&name);
                Ok(0)
            }
            _ => {
                session.cancel(number);
                Ok(0)
            }
        });
        match pushed {
            Ok(number) => number as f64,
            Err(SendError::QueueFull { .. }) => -1.0,
            Err(SendError::TooLarge { .. }) => -2.0,
            Err(SendError::TooManyRequests { .. }) => -3.0,
            Err(SendError::NotWaiting) => -4.0,
            Err(SendError::Ended) => -5.0,
        }
    })
}

/// The number of the next message, if JavaScript may write messages of `AHEAD` bytes by itself; otherwise 0.
///
/// Before it calls anything else but `staywire_payload` and the questions of either mode, it calls `staywire_wrote`.
#[wasm_bindgen]
pub fn staywire_next(core: u32) -> f64 {
    with(core, |machine| machine.client.next_number(AHEAD.into()).unwrap_or(0) as f64)
}

/// JavaScript has written `count` messages by itself, which count as `bytes` bytes.
#[wasm_bindgen]
pub fn staywire_wrote(core: u32, count: u32, bytes: u32) {
    with(core, |machine| {
        // Nobody asks again how large each one was; so the last one counts for those before it, as far as they are more than the least.
        let last = bytes - (count - 1) * MIN_CHARGE;
        for number in 1..=count {
            machine.client.on_transmitted(Handle, if number < count { 0 } else { last });
        }
    });
}

/// Does what `staywire_push` has left to do; without a clock, which could end a conversation in the middle of a `send`.
#[wasm_bindgen]
pub fn staywire_drive(core: u32) {
    driver::drive(core);
}

/// Goes on with a stream of a `kind` that is no topic right after a position that the application has kept; until there is
/// a session.
#[wasm_bindgen]
pub fn staywire_since(core: u32, kind: u8, epoch: u32, offset: f64) {
    let position = StreamPosition { epoch, offset: offset as u64 };
    with(core, |machine| machine.client.continue_from(inputs::stream(kind, 0), position));
}

/// What becomes of a payload of the stream that goes by `alias`, or of the inbox if that is negative.
///
/// Adds 1 if it is to be delivered, and 2 if `staywire_attend` is to be called afterwards. Asked for each one.
#[wasm_bindgen]
pub fn staywire_payload(core: u32, connection: u32, alias: f64, number: f64, bytes: u32) -> u8 {
    let number = number as u64;
    let data = if alias < 0.0 {
        Data::Message { number }
    } else {
        Data::Stream { alias: alias as u64, offset: number }
    };
    let (verdict, wants_attention) = with(core, |machine| machine.on_data(connection, data, bytes));
    u8::from(verdict == Verdict::Deliver) + 2 * u8::from(wants_attention)
}

/// Does what `staywire_payload` has left to do.
#[wasm_bindgen]
pub fn staywire_attend(core: u32) {
    driver::command(core, Machine::handle_timeout);
}

/// A message came that is not only a payload; `kind` is its place in `RECEIVED` of `js/core.js`.
#[wasm_bindgen]
pub fn staywire_received(core: u32, connection: u32, kind: u8, number: f64, to: f64, code: f64, bytes: u32) {
    let message = inputs::message(kind, number as u64, to as u64, code as u64);
    receive(core, connection, message, bytes);
}

/// A stream's line came, in an answer if `connection` is negative: `outcome` is 0 for recovered, 1 for a gap up to
/// `second`, 2 for a reset to the epoch `second` and the offset `last`; `kind` is 0 for broadcast, 1 for user, 2 for the
/// topic `name`.
#[expect(clippy::too_many_arguments, reason = "an array would have to be copied into wasm")]
#[wasm_bindgen]
pub fn staywire_line(
    core: u32,
    connection: i32,
    outcome: u8,
    alias: f64,
    kind: u8,
    name: u32,
    epoch: u32,
    offset: f64,
    second: f64,
    last: f64,
) {
    let outcome = inputs::outcome(outcome, epoch, offset as u64, second as u64, last as u64);
    let line = StreamLine { alias: alias as u64, stream: inputs::stream(kind, name), outcome };
    match u32::try_from(connection) {
        Ok(connection) => receive(core, connection, ToClient::Added(line), 0),
        Err(_) => with(core, |machine| machine.lines.push(line)),
    }
}

/// An answer came, after its lines: `outcome` is 0 for welcome, 1 for resumed, 2 to 5 for fresh with expired, unknown,
/// identity, restarted.
#[expect(clippy::too_many_arguments, reason = "an array would have to be copied into wasm")]
#[wasm_bindgen]
pub fn staywire_answered(
    core: u32,
    connection: u32,
    outcome: u8,
    accepted: f64,
    done: f64,
    oldest: f64,
    max_message_bytes: f64,
    interval: f64,
    timeout: f64,
    ack_bytes: f64,
    ack_delay: f64,
    credit: f64,
) {
    let answer = inputs::answer(outcome, accepted as u64, done as u64, oldest as u64);
    let limits = Limits {
        max_message_bytes: max_message_bytes as u64,
        window_millis: 0,
        interval_millis: interval as u64,
        timeout_millis: timeout as u64,
        ack_bytes: ack_bytes as u64,
        ack_delay_millis: ack_delay as u64,
        credit_bytes: credit as u64,
    };
    let streams = with(core, |machine| mem::take(&mut machine.lines));
    receive(core, connection, ToClient::Answer { answer, limits, streams }, 0);
}

/// What came on `connection` is not of the protocol.
#[wasm_bindgen]
pub fn staywire_violated(core: u32, connection: u32) {
    with(core, |machine| machine.client.violated(ConnectionId::from_number(connection)));
    driver::drive(core);
}

fn receive(core: u32, connection: u32, message: ToClient, bytes: u32) {
    driver::command(core, |machine, now| session(machine).receive(now, connection, message, bytes));
}

fn with<R>(core: u32, work: impl FnOnce(&mut super::Machine) -> R) -> R {
    drivers::with(core, |machine| work(session(machine)))
}

fn session(machine: &mut Machine) -> &mut super::Machine {
    match machine {
        Machine::Session(machine) => machine,
        #[cfg(feature = "plain")]
        Machine::Plain(_) => drivers::trap(),
    }
}
