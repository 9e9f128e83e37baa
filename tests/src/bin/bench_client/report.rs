//! The figures as tables.
//!
//! Owns: the medians of the rounds. Never: judges.

use serde_json::Value;

/// A table of what messages cost.
struct Costs {
    title: &'static str,
    path: &'static [&'static str],
    clients: &'static [&'static str],
}

const OF_A_SHAPE: &[&str] = &["native", "plain", "session", "reconnecting-websocket", "partysocket"];
const WITH_A_SERVER: &[&str] =
    &["native", "plain", "session", "reconnecting-websocket", "partysocket", "socket.io"];
const STARTED: &[&str] = &["plain", "session", "reconnecting-websocket", "partysocket", "socket.io"];

const COSTS: [Costs; 3] = [
    Costs {
        title: "on a mock socket that does what a browser does: encodes what is sent, makes a MessageEvent and dispatches it",
        path: &["dispatched"],
        clients: OF_A_SHAPE,
    },
    Costs {
        title: "on a mock socket that does nothing: forgets what is sent, calls its handlers with an event that is there already",
        path: &["called"],
        clients: OF_A_SHAPE,
    },
    Costs {
        title: "end to end on one machine, with staywire's server; Socket.IO with its own in Node.js",
        path: &["served"],
        clients: WITH_A_SERVER,
    },
];

/// The system's load average over one minute, where it tells.
pub(crate) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}

/// Prints what was measured in `rounds`.
pub(crate) fn print(rounds: &[Value]) {
    for Costs { title, path, clients } in COSTS {
        println!("{title}\n");
        println!(
            "{:<24} {:>12} {:>14} {:>12} {:>14}",
            "", "received ns", "times native", "sent ns", "times native"
        );
        for client in clients {
            let figures = ["received", "sent"].map(|direction| {
                let [nanoseconds, times] = ["nanoseconds", "times"].map(|figure| {
                    median(rounds, |round| number(round, &[path, &[direction, client, figure]].concat()))
                });
                format!("{nanoseconds:>12.1} {times:>14.2}")
            });
            println!("{client:<24} {}", figures.join(" "));
        }
        println!();
    }
    println!("from `import` to the first WebSocket, loopback, nothing cached\n");
    println!("{:<24} {:>12}", "", "ms");
    for client in STARTED {
        println!("{client:<24} {:>12.1}", median(rounds, |round| number(round, &["start", client])));
    }
}

fn number(round: &Value, path: &[&str]) -> f64 {
    let found = path.iter().try_fold(round, |value, key| value.get(key)).and_then(Value::as_f64);
    found.unwrap_or_else(|| panic!("the page did not measure {path:?}"))
}

fn median(rounds: &[Value], of: impl Fn(&Value) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disturbed_round_does_not_move_the_median() {
        let rounds = [1.0, 900.0, 2.0, 3.0, 2.0].map(|cost| serde_json::json!({ "cost": cost }));
        assert!((median(&rounds, |round| number(round, &["cost"])) - 2.0).abs() < f64::EPSILON);
    }
}
