//! The users who are here: a message to one, to all, and their number; from Rust, and over HTTP for the desk.

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use staywire_server::{Message, UserId, WsHelper};

/// What the seed's handler offers to the rest of its application.
#[derive(Clone)]
pub struct Users {
    helper: WsHelper,
}

impl Users {
    /// The users that `helper` speaks of.
    #[must_use]
    pub fn new(helper: WsHelper) -> Self {
        Self { helper }
    }

    /// Sends to `user`, in all their tabs; says whether they are here and it is on its way.
    #[must_use]
    pub fn send_message_to_user(&self, user: &str, message: impl Into<Message>) -> bool {
        self.helper.send_to_user(user, message).is_complete()
    }

    /// Sends to all users; says whether it is on its way to every one of them.
    #[must_use]
    pub fn send_message_to_all_users(&self, message: impl Into<Message>) -> bool {
        self.helper.broadcast(message).is_complete()
    }

    /// How many users are here.
    #[must_use]
    pub fn online(&self) -> usize {
        self.helper.users().len()
    }

    fn names(&self) -> Vec<UserId> {
        self.helper.users().into_keys().collect()
    }
}

/// What the desk sends.
///
/// As JSON and not as a form: a foreign page cannot send that to this server unasked.
#[derive(Deserialize)]
struct Notice {
    message: String,
}

pub(crate) fn routes(users: Users) -> Router {
    Router::new()
        .route("/users", get(list))
        .route("/users/{id}/messages", post(send_to_one))
        .route("/messages", post(send_to_all))
        .with_state(users)
}

async fn list(State(users): State<Users>) -> Json<Value> {
    let mut names = users.names();
    names.sort();
    let names: Vec<&str> = names.iter().map(UserId::as_str).collect();
    Json(json!({ "online": users.online(), "users": names }))
}

async fn send_to_one(
    State(users): State<Users>,
    Path(id): Path<String>,
    Json(Notice { message }): Json<Notice>,
) -> Json<Value> {
    Json(json!({ "arrived": users.send_message_to_user(&id, message) }))
}

async fn send_to_all(State(users): State<Users>, Json(Notice { message }): Json<Notice>) -> Json<Value> {
    Json(json!({ "arrived": users.send_message_to_all_users(message) }))
}
