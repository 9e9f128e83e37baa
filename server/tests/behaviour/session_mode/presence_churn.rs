//! A list that is made of changes is right, whatever happens in which order.

use std::collections::BTreeMap;

use staywire_server::MemberState;

use super::client::{Line, Visitor};
use super::cut;
use super::presence::{Folded, Watcher, builder, until_counted};
use crate::support::{Running, serve};

const TABS: usize = 6;
const STEPS: usize = 40;

/// xorshift64*: each seed is another order of events.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }
}

/// One of a user's tabs.
struct Tab {
    user: String,
    visitor: Visitor,
    /// While it reads the room.
    line: Option<Line>,
    is_away: bool,
}

/// All that happens, and what it comes to.
struct Churn {
    running: Running,
    tabs: Vec<Tab>,
    /// Tokens are never used twice.
    last_token: u32,
}

impl Churn {
    async fn begin() -> Self {
        let mut churn = Self { running: serve(builder()).await, tabs: Vec::new(), last_token: 0 };
        for number in 0..TABS {
            let tab = churn.tab(number % 3).await;
            churn.tabs.push(tab);
        }
        churn
    }

    fn token(&mut self) -> u32 {
        self.last_token += 1_000;
        self.last_token
    }

    async fn tab(&mut self, user: usize) -> Tab {
        let (user, first) = (format!("user{user}"), self.token());
        let visitor = Visitor::arrive(&self.running, &format!("/ws/{user}"), first).await;
        Tab { user, visitor, line: None, is_away: false }
    }

    async fn step(&mut self, dice: &mut Dice) {
        let (index, what) = (dice.below(TABS), dice.below(5));
        let Self { running, tabs, .. } = self;
        let tab = &mut tabs[index];
        match (what, tab.is_away) {
            (0, false) if tab.line.is_none() => tab.line = Some(tab.visitor.subscribe("* 0 room").await),
            (1, false) if tab.line.take().is_some() => tab.visitor.tell("u", "room").await,
            (2, false) => {
                cut(running, &tab.visitor.session).await;
                tab.is_away = true;
            }
            (0..=2, true) => {
                // It may have forgotten the topic.
                tab.line = tab.line.take().filter(|_| what > 0);
                tab.visitor.held.extend(tab.line.as_ref().map(|line| line.held_at(0)));
                tab.visitor.come_back(running).await;
                tab.is_away = false;
            }
            (3, false) => {
                tab.visitor.wire.send("goodbye").await;
                tab.visitor.wire.next_close().await;
                let user = dice.below(3);
                self.tabs[index] = self.tab(user).await;
            }
            _ => {}
        }
    }

    /// Who is in the room.
    fn expected(&self) -> Folded {
        let mut members = BTreeMap::new();
        for tab in self.tabs.iter().filter(|tab| tab.line.is_some()) {
            let state = if tab.is_away { MemberState::Suspended } else { MemberState::Connected };
            let member = members.entry(tab.user.clone()).or_insert(state);
            *member = state.max(*member);
        }
        members
    }
}

#[tokio::test]
async fn every_watchers_list_is_what_the_server_says_after_any_order_of_events() {
    for seed in 1..=25 {
        let mut dice = Dice(u64::wrapping_mul(seed, 0x9E37_79B9_7F4A_7C15));
        let mut churn = Churn::begin().await;
        let first = churn.token();
        let mut watchers = vec![Watcher::arrive(&churn.running, first).await];
        for _ in 0..STEPS {
            churn.step(&mut dice).await;
            match dice.below(12) {
                // A late one, who comes while things happen.
                0 => {
                    let first = churn.token();
                    watchers.push(Watcher::arrive(&churn.running, first).await);
                }
                1 => {
                    let index = dice.below(watchers.len());
                    cut(&churn.running, &watchers[index].visitor.session).await;
                    for _ in 0..dice.below(4) {
                        churn.step(&mut dice).await;
                    }
                    watchers[index].come_back(&churn.running).await;
                }
                _ => {}
            }
        }
        let helper = churn.running.server.helper();
        let expected = churn.expected();
        until_counted(&helper, |members| *members == expected).await;
        let last = helper.presence("room").await.unwrap().position.offset;
        for watcher in &mut watchers {
            while watcher.offset < last {
                watcher.next().await;
            }
            assert_eq!(watcher.folded, expected, "with the seed {seed}");
        }
    }
}
