//! Who reads a topic, as those are told who ask.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use staywire_server::{
    Endpoint, ListenerError, Member, MemberState, Message, Server, ServerBuilder, Session, TopicError,
    TopicName, TopicSettings, WsHelper, WsListener,
};

use super::client::{Line, Visitor};
use super::cut;
use super::inspected::Inspected;
use crate::support::{Running, serve, soon};
use crate::users::by_path;

/// Lets everybody read everything but what is secret.
struct Rooms;

impl WsListener for Rooms {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        if message.as_text() == Some("revoke me") {
            assert!(session.revoke("room"));
        }
        Ok(())
    }

    async fn subscribe(&self, _: &Session, topic: &TopicName) -> Result<(), TopicError> {
        match topic.as_str() {
            "secret" => Err(TopicError::not_allowed("for members")),
            _ => Ok(()),
        }
    }
}

/// A server whose clients are the users that their paths name, or nobody.
pub(crate) fn builder() -> ServerBuilder {
    let counted = TopicSettings::new().presence(true);
    Server::builder()
        .endpoint("/ws/{user}", Endpoint::new(Rooms).intercept(by_path()))
        .endpoint("/anybody", Rooms)
        .topics("room", counted)
        .topics("secret", counted)
}

/// The members by their names, and what each is doing.
pub(crate) type Folded = BTreeMap<String, MemberState>;

/// Who is in `room`, as the server says.
async fn counted(helper: &WsHelper) -> Folded {
    let members = helper.presence("room").await.unwrap().members;
    let name = |member: Member| match member {
        Member::User(user) => user.as_str().to_owned(),
        Member::Session(name) => name.to_string(),
    };
    members.into_iter().map(|(member, state)| (name(member), state)).collect()
}

/// Waits until the members of `room` are as `is_so` says.
pub(crate) async fn until_counted(helper: &WsHelper, is_so: impl Fn(&Folded) -> bool) {
    soon(async {
        while !is_so(&counted(helper).await) {
            // Asking without a pause would keep them from it.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

/// A client that reads who is in `room`, and makes a list of it.
pub(crate) struct Watcher {
    pub(crate) visitor: Visitor,
    line: Line,
    pub(crate) offset: u64,
    pub(crate) folded: Folded,
}

impl Watcher {
    pub(crate) async fn arrive(running: &Running, first: u32) -> Self {
        let mut visitor = Visitor::arrive(running, "/anybody", first).await;
        let line = visitor.subscribe("* 0 $presence/room").await;
        let offset = line.offset();
        Self { visitor, line, offset, folded: Folded::new() }
    }

    /// Takes in the next message, which must be the next one of the stream.
    pub(crate) async fn next(&mut self) -> String {
        let told = self.visitor.next_told().await;
        let (header, text) = told.split_once('\n').unwrap();
        self.offset += 1;
        assert_eq!(header, format!("s{} {}", self.line.alias(), self.offset));
        self.fold(text);
        text.to_owned()
    }

    fn fold(&mut self, text: &str) {
        let told: Value = serde_json::from_str(text).unwrap();
        let (kind, what) = told.as_object().unwrap().iter().next().unwrap();
        match kind.as_str() {
            "members" => {
                self.folded =
                    what.as_array().unwrap().iter().map(|entry| (name(entry), state(entry))).collect();
            }
            "join" => assert_eq!(self.folded.insert(name(what), state(what)), None, "{text}"),
            "leave" => assert!(self.folded.remove(&name(what)).is_some(), "{text}"),
            "suspend" => self.turn(what, MemberState::Connected, MemberState::Suspended),
            "resume" => self.turn(what, MemberState::Suspended, MemberState::Connected),
            other => panic!("{other}"),
        }
    }

    fn turn(&mut self, entry: &Value, before: MemberState, after: MemberState) {
        assert_eq!(self.folded.insert(name(entry), after), Some(before), "{entry}");
    }

    /// Comes back on another connection; what it missed is told by a list.
    pub(crate) async fn come_back(&mut self, running: &Running) {
        self.visitor.held.push(self.line.held_at(self.offset));
        let answer = self.visitor.come_back(running).await;
        let told = answer.stream("t");
        let numbers: Vec<u64> = told.split(' ').filter_map(|word| word.parse().ok()).collect();
        if told.starts_with("gap ") {
            assert_eq!(numbers[0], self.offset + 1);
            self.offset = numbers[1];
        } else {
            assert_eq!(told, format!("recovered {}", self.offset));
        }
    }
}

fn name(entry: &Value) -> String {
    let name = entry.get("user").or_else(|| entry.get("session")).and_then(Value::as_str);
    name.unwrap().to_owned()
}

fn state(entry: &Value) -> MemberState {
    match entry.get("state").and_then(Value::as_str) {
        None | Some("connected") => MemberState::Connected,
        Some("suspended") => MemberState::Suspended,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_member_joins_is_suspended_resumes_and_leaves() {
    let running = serve(builder()).await;
    let mut watcher = Watcher::arrive(&running, 1).await;
    assert_eq!(watcher.line.outcome(), "recovered 0");
    let mut ann = Visitor::arrive(&running, "/ws/ann", 100).await;
    let line = ann.subscribe("* 0 room").await;
    assert_eq!(watcher.next().await, r#"{"join":{"user":"ann"}}"#);
    cut(&running, &ann.session).await;
    assert_eq!(watcher.next().await, r#"{"suspend":{"user":"ann"}}"#);
    ann.held.push(line.held_at(0));
    ann.come_back(&running).await;
    assert_eq!(watcher.next().await, r#"{"resume":{"user":"ann"}}"#);
    ann.tell("u", "room").await;
    assert_eq!(watcher.next().await, r#"{"leave":{"user":"ann"}}"#);
    assert_eq!(counted(&running.server.helper()).await, Folded::new());
}

#[tokio::test]
async fn who_comes_later_gets_a_list_first_also_where_the_first_reader_found_nobody() {
    let running = serve(builder()).await;
    let mut first = Watcher::arrive(&running, 1).await;
    let mut ann = Visitor::arrive(&running, "/ws/ann", 100).await;
    ann.subscribe("* 0 room").await;
    assert_eq!(first.next().await, r#"{"join":{"user":"ann"}}"#);
    let mut second = Watcher::arrive(&running, 200).await;
    assert_eq!(second.next().await, r#"{"members":[{"user":"ann","state":"connected"}]}"#);
}

#[tokio::test]
async fn all_tabs_of_a_user_are_one_member() {
    let running = serve(builder()).await;
    let mut watcher = Watcher::arrive(&running, 1).await;
    let mut tabs = Vec::new();
    for first in 1..=3 {
        tabs.push(Visitor::arrive(&running, "/ws/ann", first * 100).await);
    }
    for tab in &mut tabs {
        tab.subscribe("* 0 room").await;
    }
    assert_eq!(watcher.next().await, r#"{"join":{"user":"ann"}}"#);
    cut(&running, &tabs[0].session).await;
    tabs[1].wire.send("goodbye").await;
    tabs[1].wire.next_close().await;
    let _bob = {
        let mut bob = Visitor::arrive(&running, "/ws/bob", 900).await;
        bob.subscribe("* 0 room").await;
        bob
    };
    assert_eq!(watcher.next().await, r#"{"join":{"user":"bob"}}"#, "nothing changes for ann");
    cut(&running, &tabs[2].session).await;
    assert_eq!(watcher.next().await, r#"{"suspend":{"user":"ann"}}"#);
}

#[tokio::test]
async fn who_vanishes_is_suspended_and_leaves_when_the_window_is_over() {
    let window = Duration::from_millis(300);
    let heartbeat = Duration::from_millis(100);
    let running = serve(builder().heartbeat(heartbeat, heartbeat).session_window(window)).await;
    let mut ann = Visitor::arrive(&running, "/ws/ann", 100).await;
    ann.subscribe("* 0 room").await;
    // Its connection stands, and nothing is heard on it.
    let helper = running.server.helper();
    for expected in [Some(MemberState::Connected), Some(MemberState::Suspended), None] {
        until_counted(&helper, |members| members.get("ann").copied() == expected).await;
    }
}

#[tokio::test]
async fn who_comes_back_without_naming_the_topic_leaves_it() {
    let running = serve(builder()).await;
    let mut watcher = Watcher::arrive(&running, 1).await;
    let mut ann = Visitor::arrive(&running, "/ws/ann", 100).await;
    ann.subscribe("* 0 room").await;
    assert_eq!(watcher.next().await, r#"{"join":{"user":"ann"}}"#);
    ann.come_back(&running).await;
    assert_eq!(watcher.next().await, r#"{"leave":{"user":"ann"}}"#);
}

#[tokio::test]
async fn who_may_not_read_any_more_leaves() {
    let running = serve(builder()).await;
    let mut watcher = Watcher::arrive(&running, 1).await;
    let mut ann = Visitor::arrive(&running, "/ws/ann", 100).await;
    ann.subscribe("* 0 room").await;
    assert_eq!(watcher.next().await, r#"{"join":{"user":"ann"}}"#);
    ann.say("revoke me").await;
    assert_eq!(watcher.next().await, r#"{"leave":{"user":"ann"}}"#);
}

#[tokio::test]
async fn sessions_without_a_user_are_members_by_another_name_than_theirs() {
    let running = serve(builder()).await;
    let mut watcher = Watcher::arrive(&running, 1).await;
    let mut guest = Visitor::arrive(&running, "/anybody", 100).await;
    guest.subscribe("* 0 room").await;
    assert!(watcher.next().await.starts_with(r#"{"join":{"session":""#));
    let name = watcher.folded.first_key_value().unwrap().0;
    assert!(name.len() == 22 && *name != guest.session);
}

#[tokio::test]
async fn a_late_watcher_begins_with_the_list_and_so_does_one_that_missed_something() {
    let running = serve(builder()).await;
    let mut visitors = Vec::new();
    for (first, user) in [(100, "ann"), (200, "bob")] {
        let mut visitor = Visitor::arrive(&running, &format!("/ws/{user}"), first).await;
        visitor.subscribe("* 0 room").await;
        visitors.push(visitor);
    }
    cut(&running, &visitors[1].session).await;
    let helper = running.server.helper();
    until_counted(&helper, |members| members.values().min() == Some(&MemberState::Suspended)).await;
    let mut watcher = Watcher::arrive(&running, 1).await;
    assert_eq!(watcher.line.outcome(), "recovered 2");
    let list = r#"{"members":[{"user":"ann","state":"connected"},{"user":"bob","state":"suspended"}]}"#;
    assert_eq!(watcher.next().await, list);
    cut(&running, &watcher.visitor.session).await;
    visitors[0].wire.send("goodbye").await;
    visitors[0].wire.next_close().await;
    watcher.come_back(&running).await;
    assert_eq!(watcher.next().await, r#"{"members":[{"user":"bob","state":"suspended"}]}"#);
    cut(&running, &watcher.visitor.session).await;
    watcher.come_back(&running).await;
    visitors[1].come_back(&running).await;
    assert_eq!(watcher.next().await, r#"{"leave":{"user":"bob"}}"#, "the list is not repeated to who has it");
}

#[tokio::test]
async fn a_watcher_that_is_cut_off_before_its_list_still_gets_it() {
    let running = serve(builder()).await;
    let mut ann = Visitor::arrive(&running, "/ws/ann", 100).await;
    ann.subscribe("* 0 room").await;
    let helper = running.server.helper();
    until_counted(&helper, |members| members.len() == 1).await;
    let mut watcher = Watcher::arrive(&running, 1).await;
    cut(&running, &watcher.visitor.session).await;
    watcher.come_back(&running).await;
    assert_eq!(watcher.next().await, r#"{"members":[{"user":"ann","state":"connected"}]}"#);
}

#[tokio::test]
async fn presence_is_for_those_who_may_read_the_topic_and_where_it_is_counted() {
    let running = serve(builder()).await;
    let mut visitor = Visitor::arrive(&running, "/anybody", 1).await;
    visitor.tell("t", "* 0 $presence/secret").await;
    assert_eq!(visitor.next_told().await, "e1 1 5\nfor members");
    visitor.tell("t", "* 0 $presence/other").await;
    assert_eq!(visitor.next_told().await, "e2 2 6\nnobody counts the readers of this topic");
    visitor.tell("t", "* 0 $presence/").await;
    assert!(visitor.next_told().await.starts_with("e3 3 6\n"));
    visitor.tell("w", "$presence/room\n{}").await;
    assert!(visitor.next_told().await.starts_with("e4 4 6\n"));
    visitor.subscribe("* 0 other").await;
    assert!(running.server.helper().presence("other").await.unwrap().members.is_empty());
}

#[tokio::test]
async fn members_and_their_watchers_go_on_in_the_next_process() {
    let dir = tempfile::tempdir().unwrap();
    let builder = || builder().close_timeout(Duration::from_millis(100)).state_dir(dir.path());
    let running = serve(builder()).await;
    let mut watcher = Watcher::arrive(&running, 1).await;
    let mut ann = Visitor::arrive(&running, "/ws/ann", 100).await;
    let line = ann.subscribe("* 0 room").await;
    assert_eq!(watcher.next().await, r#"{"join":{"user":"ann"}}"#);
    running.stop().await;

    let running = serve(builder()).await;
    let held = watcher.line.held_at(watcher.offset);
    assert_eq!(watcher.visitor.come_back(&running).await.kind(), "resumed");
    let (_, held) = held.split_once(" t ").unwrap();
    watcher.line = watcher.visitor.subscribe(held).await;
    assert!(watcher.line.outcome().starts_with("reset 1 "), "{}", watcher.line.outcome());
    watcher.offset = watcher.line.offset();
    ann.held.push(line.held_at(0));
    assert_eq!(ann.come_back(&running).await.kind(), "resumed");
    while watcher.folded.get("ann") != Some(&MemberState::Connected) {
        watcher.next().await;
    }
}

#[tokio::test]
async fn an_engine_that_fails_while_the_server_drains_is_not_told_for_ever() {
    let engine = Inspected::default();
    let running = serve(builder().engine(engine.clone()).close_timeout(Duration::from_millis(100))).await;
    let mut ann = Visitor::arrive(&running, "/ws/ann", 1).await;
    ann.subscribe("* 0 room").await;
    until_counted(&running.server.helper(), |members| members.len() == 1).await;
    engine.refuses_presences.store(true, Ordering::SeqCst);
    let told = || engine.presences.load(Ordering::SeqCst);
    let before = told();
    running.stop().await;
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let at_last = told();
    assert!(at_last > before + 1, "it is told again");
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(told(), at_last);
}
