//! What goes wrong.

use staywire_protocol::client::Hint;
use staywire_protocol::{CloseCode, Duration};

use super::agenda::Happening;
use super::cluster::{Cluster, Stop};
use super::network::{Direction, Parcel, WireId};
use super::{Weather, World};

/// Codes that a proxy may close with and that say reconnect; unknown ones among them.
const TEMPORARY: [u16; 12] = [1001, 1005, 1006, 1011, 1012, 1013, 1016, 2999, 3008, 3012, 3499, 4000];
/// The same that say stop.
const FINAL: [u16; 8] = [1000, 1002, 1008, 1010, 3500, 3999, 4500, 4999];

impl World {
    pub(super) fn trouble(&mut self) {
        if self.weather == Weather::Calm {
            return;
        }
        match self.random.below(42) {
            0..=7 => self.cut(true, true),
            8..=9 => self.cut(true, false),
            10..=11 => self.cut(false, true),
            12 => self.cut(false, false),
            13 => self.lose(Direction::Up),
            14 => self.lose(Direction::Down),
            15..=17 => self.close_with_any_code(),
            18..=20 => self.relocate(),
            21..=22 => self.stop_node(Stop::Crash),
            23..=25 => self.stop_node(Stop::Clean),
            26..=28 => self.stop_node(Stop::CrashWithStore),
            29..=30 => self.page_sleeps(),
            31 => self.page_is_throttled(),
            32 => self.page_is_cached(),
            33 => self.clock_leaps(),
            34 => self.network_goes_and_comes(),
            35..=36 => self.page_is_hinted(),
            37 => self.page_reconnects(),
            38 => self.page_closes(),
            39 if self.random.below(4) == 0 => self.with_cluster(Cluster::end_one),
            _ => self.with_cluster(Cluster::end_subscriptions),
        }
        let pause = self.random.below(12_000);
        self.schedule(pause, Happening::Trouble);
    }

    /// One of the newest wires.
    fn some_wire(&mut self) -> Option<WireId> {
        (self.wires.len() as u32).checked_sub(1 + self.random.below(2))
    }

    fn some_page(&mut self) -> usize {
        self.random.below(self.pages.len() as u32) as usize
    }

    // Wires.

    /// Cuts a wire somewhere in what is on its way or about to be; each end notices, in its own time, or does not.
    fn cut(&mut self, page_notices: bool, node_notices: bool) {
        let Some(id) = self.some_wire() else { return };
        for direction in [Direction::Up, Direction::Down] {
            let pipe = self.wires[id as usize].pipe(direction);
            let beyond = pipe.under_way() as u32 + 100;
            let beyond = self.random.below(beyond);
            self.wires[id as usize].pipe(direction).cut(beyond.into());
        }
        if page_notices && node_notices {
            self.tally.cuts += 1;
        } else {
            self.tally.halves += 1;
        }
        if page_notices {
            // What has arrived is read before the end is.
            let pause = self.random.below(3_000);
            let at = self.now + Duration::from_millis(pause.into());
            let at = at.max(self.wires[id as usize].down.last_arrival());
            self.agenda.add(at, Happening::PageLoses(id));
        }
        if node_notices {
            let pause = self.random.below(30_000);
            self.schedule(pause, Happening::NodeLoses(id));
        }
    }

    /// From now on nothing gets through in one direction, and nobody is told: the heartbeats have to find out.
    fn lose(&mut self, direction: Direction) {
        if let Some(id) = self.some_wire() {
            self.tally.halves += 1;
            self.wires[id as usize].pipe(direction).cut(0);
        }
    }

    /// Something between the two closes a wire, and says to each side what it likes.
    fn close_with_any_code(&mut self) {
        let Some(id) = self.some_wire() else { return };
        let (code, reason) = match self.random.below(12) {
            0 => (FINAL[self.random.below(FINAL.len() as u32) as usize], String::new()),
            _ => {
                let code = TEMPORARY[self.random.below(TEMPORARY.len() as u32) as usize];
                let retry = self.random.below(4_000);
                (code, if retry.is_multiple_of(2) { format!("later retry={retry}") } else { String::new() })
            }
        };
        self.tally.closes += 1;
        self.wires[id as usize].up.cut(0);
        let parcel = Parcel::Close(CloseCode::from_number(code), reason);
        self.write(id, Direction::Down, parcel);
        let last = self.wires[id as usize].down.under_way();
        self.wires[id as usize].down.cut(last);
        let pause = self.random.below(1_000);
        self.schedule(pause, Happening::NodeLoses(id));
    }

    // Servers.

    /// A node asks its clients to come back; where it stops, the balancer sends them to another one.
    fn relocate(&mut self) {
        let nodes = self.cluster.node_count();
        let node = self.random.below(nodes as u32) as usize;
        let window = Duration::from_millis(self.random.below(5_000).into());
        for home in self.homes.iter_mut().filter(|home| **home == node) {
            *home = (node + 1) % nodes;
        }
        self.with_cluster(|cluster, life| cluster.relocate(node, window, life));
    }

    fn stop_node(&mut self, stop: Stop) {
        let node = self.random.below(self.cluster.node_count() as u32) as usize;
        if !self.cluster.is_up(node) {
            return;
        }
        let is_clean = stop == Stop::Clean;
        self.tally.restarts += u64::from(is_clean);
        self.tally.crashes += u64::from(!is_clean);
        for id in 0..self.wires.len() {
            if self.wires[id].node == node && self.wires[id].has_opened {
                self.hang_up(id as WireId, is_clean);
            }
        }
        self.cluster.stop(self.now, node, stop);
        let pause = self.random.below(4_000);
        self.schedule(pause, Happening::Restarts(node));
    }

    /// The process behind a wire is gone: it says so, or its machine does, or nobody.
    fn hang_up(&mut self, id: WireId, says_so: bool) {
        self.wires[id as usize].up.cut(0);
        if says_so {
            let parcel = Parcel::Close(CloseCode::SERVICE_RESTART, "retry=2000".into());
            self.write(id, Direction::Down, parcel);
        }
        let under_way = self.wires[id as usize].down.under_way();
        let kept = if says_so { under_way } else { self.random.below(under_way as u32 + 1).into() };
        self.wires[id as usize].down.cut(kept);
        self.wires[id as usize].has_opened = false;
        if !says_so && self.random.below(4) > 0 {
            let pause = self.random.below(500);
            let at = self.now + Duration::from_millis(pause.into());
            let at = at.max(self.wires[id as usize].down.last_arrival());
            self.agenda.add(at, Happening::PageLoses(id));
        }
    }

    // Pages.

    /// A page stops, now and then for longer than its session's window.
    fn page_sleeps(&mut self) {
        let (page, pause) = (self.some_page(), self.random.below(100_000));
        if !self.pages[page].is_asleep() {
            self.tally.sleeps += 1;
            self.pages[page].fall_asleep(self.now);
            self.schedule(pause, Happening::Wakes(page));
        }
    }

    pub(super) fn wake(&mut self, page: usize) {
        if !self.pages[page].is_asleep() {
            return;
        }
        let clock_stood_still = self.random.below(2) == 0;
        let backlog = self.pages[page].wake(self.now, clock_stood_still);
        let hint = [None, Some(Hint::Resume), Some(Hint::Visible), Some(Hint::ClockJump)];
        let hint = hint[self.random.below(4) as usize];
        let comes_first = self.random.below(2) == 0;
        let hint = hint.map(|hint| Happening::Hinted(page, hint));
        let (before, after) = if comes_first { (hint, None) } else { (None, hint) };
        for happening in before.into_iter().chain(backlog).chain(after) {
            self.happen(happening);
        }
        self.pump_page(page);
    }

    /// A page is in the background, where timers fire once a minute.
    fn page_is_throttled(&mut self) {
        let (page, pause) = (self.some_page(), self.random.below(180_000));
        self.tally.sleeps += 1;
        self.pages[page].is_throttled = true;
        self.schedule(0, Happening::Hinted(page, Hint::Hidden));
        self.schedule(pause, Happening::Unthrottled(page));
        self.schedule(pause, Happening::Hinted(page, Hint::Visible));
    }

    /// A page goes into the back-forward cache, and comes back.
    fn page_is_cached(&mut self) {
        let (page, pause) = (self.some_page(), self.random.below(90_000));
        self.tally.sleeps += 1;
        self.schedule(0, Happening::Hinted(page, Hint::PageHide { persisted: true }));
        self.schedule(pause, Happening::Hinted(page, Hint::PageShow { persisted: true }));
    }

    fn clock_leaps(&mut self) {
        let (page, leap) = (self.some_page(), self.random.below(600_000));
        self.pages[page].leap(leap);
        if self.random.below(2) == 0 {
            self.schedule(0, Happening::Hinted(page, Hint::ClockJump));
        }
        self.schedule(0, Happening::PageTimer(page));
    }

    fn network_goes_and_comes(&mut self) {
        let (page, pause) = (self.some_page(), self.random.below(30_000));
        self.schedule(0, Happening::Hinted(page, Hint::Offline));
        self.schedule(pause, Happening::Hinted(page, Hint::Online));
    }

    fn page_is_hinted(&mut self) {
        let page = self.some_page();
        let hints = [Hint::NetworkChanged, Hint::NetworkChanged, Hint::Visible, Hint::Freeze, Hint::Resume];
        let hint = hints[self.random.below(5) as usize];
        self.schedule(0, Happening::Hinted(page, hint));
    }

    /// The application wants another connection, or several, while the first still delivers.
    fn page_reconnects(&mut self) {
        let page = self.some_page();
        for _ in 0..=self.random.below(3) {
            self.schedule(0, Happening::Connects(page));
        }
    }

    /// The application is done, or the page is left; some begin again.
    fn page_closes(&mut self) {
        let (page, pause) = (self.some_page(), self.random.below(20_000));
        if self.pages[page].is_asleep() {
            return;
        }
        if self.random.below(2) == 0 {
            self.schedule(0, Happening::Hinted(page, Hint::PageHide { persisted: false }));
        } else {
            self.pages[page].close(self.now);
            self.pump_page(page);
        }
        self.schedule(pause, Happening::Connects(page));
    }

    /// The storm is over: pages run, are seen and have a network, and processes start.
    pub(super) fn calm_down(&mut self) {
        for page in 0..self.pages.len() {
            self.wake(page);
            self.pages[page].is_throttled = false;
            self.schedule(0, Happening::Hinted(page, Hint::Online));
            self.schedule(1, Happening::Hinted(page, Hint::PageShow { persisted: true }));
        }
    }
}
