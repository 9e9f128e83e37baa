//! What goes wrong in a storm.

use std::time::Duration;

use staywire_protocol::ConnectionId;

use super::{Happening, Weather, World, node, wire::Wire};

impl World {
    pub(super) fn trouble(&mut self) {
        if self.weather == Weather::Calm {
            return;
        }
        let newest = ConnectionId::from_number(self.next_connection.saturating_sub(1 + self.random.below(2)));
        match self.random.below(13) {
            0..=3 => self.cut(newest),
            4 => drop(self.wires.entry(newest.number()).and_modify(Wire::lose_up)),
            5 => drop(self.wires.entry(newest.number()).and_modify(Wire::lose_down)),
            6 => self.node.relocate_all(Duration::from_secs(5)),
            7 => self.overlap(),
            8 => self.stop_node(node::Stop::Crash),
            9 => self.stop_node(node::Stop::Clean),
            10 => self.stop_node(node::Stop::CrashKeepingDone),
            11 => self.node.end_subscriptions(),
            _ => self.long_absence(newest),
        }
        self.pump_node();
        let pause = u64::from(self.random.below(15_000));
        self.schedule(pause, Happening::Trouble);
    }

    /// A page opens a second connection while its first still delivers, and at once a third: which of the two asks
    /// first is the wires' business.
    fn overlap(&mut self) {
        let page = self.random.below(self.pages.len() as u32) as usize;
        if self.pages[page].is_served() {
            self.add_wire(page);
            self.add_wire(page);
        }
    }

    /// A page is away for longer than its window, now and then.
    fn long_absence(&mut self, connection: ConnectionId) {
        self.cut(connection);
        for happening in self.agenda.values_mut() {
            if let Happening::ClientLoses(late) = happening
                && *late == connection
            {
                *happening = Happening::Tick;
            }
        }
        let late = 100_000 + u64::from(self.random.below(60_000));
        self.schedule(late, Happening::ClientLoses(connection));
    }

    fn stop_node(&mut self, stop: node::Stop) {
        if self.node.is_down() {
            return;
        }
        self.tally.stops += 1;
        self.node.stop(stop);
        let connections: Vec<_> = self.wires.keys().copied().collect();
        for connection in connections {
            if self.wires[&connection].carries_down() {
                self.wires.entry(connection).and_modify(Wire::cut);
                let noticed = u64::from(self.random.below(500));
                self.schedule(noticed, Happening::ClientLoses(ConnectionId::from_number(connection)));
            }
        }
        let back = u64::from(self.random.below(3_000));
        self.schedule(back, Happening::Restarts);
    }
}
