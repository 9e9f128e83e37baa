//! The room's listener: it announces who comes, speaks and goes, on both endpoints.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use staywire_server::{
    CloseReason, ClosedBy, ListenerError, Message, Resumption, Session, WsHelper, WsListener,
};

use crate::announcement::Announcement;
use crate::{CHAT, ROOM};

/// One room; its clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Chat {
    /// Held while a list of members is made and sent: an older list never follows a newer one.
    listing: Arc<Mutex<()>>,
}

impl WsListener for Chat {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        println!("新用户连接进入,名字是：{}", nick(session));
        announce(session, Announcement::Joined);
        self.list_members(session);
        Ok(())
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let text = message.as_text().ok_or_else(|| ListenerError::msg("a chat is of text"))?;
        println!("新消息from：{} : {text}", nick(session));
        announce(session, Announcement::Said(text));
        Ok(())
    }

    async fn close(&self, session: &Session, reason: CloseReason) {
        announce(
            session,
            match reason.by {
                ClosedBy::Peer => Announcement::Left,
                ClosedBy::Network | ClosedBy::Server => Announcement::Lost,
            },
        );
        self.list_members(session);
    }

    async fn suspend(&self, session: &Session) {
        self.list_members(session);
    }

    async fn resume(&self, session: &Session, _: Resumption) {
        self.list_members(session);
    }
}

impl Chat {
    /// Tells the room of today who is there, and who of them has no connection for now.
    fn list_members(&self, session: &Session) {
        let helper = session.helper().everywhere();
        let Some(room) = helper.at(ROOM) else { return };
        let _listing = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        send_to_all(&room, json!({ "event": "members", "members": members(&helper) }).to_string());
    }
}

/// The members by nickname; one with several sessions is there when one of them is.
fn members(helper: &WsHelper) -> Vec<Value> {
    let nicks: BTreeSet<_> = helper.users().into_keys().collect();
    let is_away = |nick| !helper.sessions_of(nick).iter().any(Session::is_connected);
    nicks.iter().map(|nick| json!({ "nick": nick.as_str(), "away": is_away(nick) })).collect()
}

fn announce(session: &Session, announcement: Announcement<'_>) {
    let (helper, nick) = (session.helper().everywhere(), nick(session));
    if let Some(chat) = helper.at(CHAT) {
        send_to_all(&chat, announcement.as_written(nick));
    }
    if let Some(room) = helper.at(ROOM) {
        send_to_all(&room, announcement.json(nick).to_string());
    }
}

/// A member who cannot take it is closed for that by the server, and announced in turn; the others go on.
fn send_to_all(members: &WsHelper, text: String) {
    let _ = members.broadcast(text);
}

/// The path's parameter, decoded; the endpoints have it in their paths.
fn nick(session: &Session) -> &str {
    session.path_param("nickName").unwrap_or_default()
}
