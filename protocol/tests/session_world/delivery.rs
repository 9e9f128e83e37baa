//! What goes over the wires, and the timers of both sides.

use staywire_protocol::{ConnectionId, Duration, Instant};

use super::agenda::Happening;
use super::network::{Direction, Parcel, Wire, WireId};
use super::{Weather, World, cluster, page};

impl World {
    // Wires.

    fn dial(&mut self, page: usize, connection: ConnectionId) {
        let (wire, node) = (self.wires.len() as WireId, self.node_for(page));
        self.tally.connections += 1;
        self.wires.push(Wire::new(page, connection, node, self.now));
        self.pages[page].dialled(wire);
        let is_storm = self.weather == Weather::Storm;
        match self.random.below(30) {
            // Nobody answers, or so late that nobody waits any more.
            0 if is_storm => {}
            1 if is_storm => self.schedule(11_000, Happening::Opens(wire)),
            _ => {
                let latency = self.latency();
                self.schedule(latency, Happening::Opens(wire));
            }
        }
    }

    /// The balancer sends a page to the same node again, if it is up, but now and then.
    fn node_for(&mut self, page: usize) -> usize {
        let nodes = self.cluster.node_count();
        let somewhere = self.random.below(nodes as u32) as usize;
        if self.weather == Weather::Storm && self.random.below(6) == 0 {
            self.homes[page] = somewhere;
        }
        let home = self.homes[page];
        (home..home + nodes).map(|node| node % nodes).find(|&node| self.cluster.is_up(node)).unwrap_or(home)
    }

    pub(super) fn open(&mut self, wire: WireId) {
        let Wire { page, connection, node, .. } = self.wires[wire as usize];
        if self.cluster.is_up(node) {
            self.wires[wire as usize].has_opened = true;
            self.pages[page].opened(self.now, connection);
        } else {
            self.pages[page].lost(self.now, connection);
        }
        self.pump_page(page);
    }

    /// Writes to a wire, if it has opened.
    pub(super) fn write(&mut self, id: WireId, direction: Direction, parcel: Parcel) {
        let at = self.now + Duration::from_millis(self.latency().into());
        let Some(wire) = self.wires.get_mut(id as usize).filter(|wire| wire.has_opened) else { return };
        let (position, at) = wire.pipe(direction).write(&parcel, at);
        self.journal.bytes(&id.to_be_bytes());
        self.journal.bytes(&position.to_be_bytes());
        match &parcel {
            Parcel::Message(_, bytes) => self.journal.bytes(bytes),
            Parcel::Close(code, _) => self.journal.bytes(&code.number().to_be_bytes()),
        }
        self.agenda.add(at, Happening::Arrives { wire: id, direction, position, parcel });
    }

    pub(super) fn arrive(&mut self, id: WireId, direction: Direction, position: u64, parcel: Parcel) {
        let wire = &mut self.wires[id as usize];
        let (page, connection, node) = (wire.page, wire.connection, wire.node);
        let Some(is_first) = wire.pipe(direction).arrive(position) else { return };
        let now = self.now;
        match (direction, parcel) {
            (Direction::Up, Parcel::Message(kind, bytes)) => self.with_cluster(|cluster, life| {
                cluster.receive(now, (id, node), is_first, kind, &bytes, life);
            }),
            (Direction::Up, Parcel::Close(code, _)) => {
                self.with_cluster(|cluster, life| cluster.disconnected(now, id, life));
                // The closing handshake; to a page that has forgotten the connection it is a late callback.
                self.write(id, Direction::Down, Parcel::close(code));
            }
            (Direction::Down, Parcel::Message(kind, bytes)) => {
                self.pages[page].receive(now, connection, is_first, kind, &bytes);
                self.pump_page(page);
            }
            (Direction::Down, Parcel::Close(code, reason)) => {
                self.pages[page].closed(now, connection, code, &reason);
                self.pump_page(page);
            }
        }
    }

    /// Milliseconds for what is sent now; in a storm it may take longer than anybody waits.
    fn latency(&mut self) -> u32 {
        match self.weather {
            Weather::Storm if self.random.below(25) == 0 => self.random.below(14_000),
            _ => 5 + self.random.below(80),
        }
    }

    // The machines' outputs and timers.

    pub(super) fn pump_page(&mut self, page: usize) {
        for wish in self.pages[page].take_outputs(&mut self.tally, &mut self.journal) {
            match wish {
                page::Wish::Dial(connection) => self.dial(page, connection),
                page::Wish::Write(wire, parcel) => self.write(wire, Direction::Up, parcel),
                page::Wish::Handle { life, number, payload } => {
                    let pause = self.random.below(6_000);
                    self.schedule(pause, Happening::PageReplies { page, life, number, payload });
                }
            }
        }
        self.set_page_timer(page);
    }

    fn set_page_timer(&mut self, page: usize) {
        const MINUTE: u64 = 60_000;
        let Some(due) = self.pages[page].due() else { return };
        let mut at = due.max(self.now);
        if self.pages[page].is_throttled {
            at = Instant::from_millis(at.as_millis().next_multiple_of(MINUTE));
        }
        if self.pages[page].timer.is_none_or(|timer| at < timer) {
            self.pages[page].timer = Some(at);
            self.agenda.add(at, Happening::PageTimer(page));
        }
    }

    pub(super) fn page_timer(&mut self, page: usize) {
        // A timer that was set for later, or that a sleeping page could not run in time, is still the one that is set.
        if self.pages[page].timer.is_some_and(|timer| timer <= self.now) {
            self.pages[page].timer = None;
            self.pages[page].handle_timeout(self.now);
        }
        self.pump_page(page);
    }

    pub(super) fn pump_cluster(&mut self) {
        for wish in self.cluster.take_wishes() {
            match wish {
                cluster::Wish::Write(wire, parcel) => self.write(wire, Direction::Down, parcel),
                cluster::Wish::Listen { session, process } => {
                    let millis = if self.random.below(40) == 0 { 8_000 } else { 400 };
                    let pause = self.random.below(millis);
                    self.schedule(pause, Happening::ListenerDone { session, process });
                }
                cluster::Wish::Authorise { session, process } => {
                    let pause = self.random.below(1_000);
                    self.schedule(pause, Happening::Authorised { session, process });
                }
                cluster::Wish::Handle { session, process, number, payload } => {
                    let pause = self.random.below(6_000);
                    self.schedule(pause, Happening::HandlerDone { session, process, number, payload });
                }
            }
        }
        let is_late = self.weather == Weather::Storm && self.random.below(200) == 0;
        let late = if is_late { self.random.below(4_000) } else { self.random.below(20) };
        for (at, session) in self.cluster.set_timers(self.now, Duration::from_millis(late.into())) {
            self.agenda.add(at, Happening::SessionTimer(session));
        }
    }
}
