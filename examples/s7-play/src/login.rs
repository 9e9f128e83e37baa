//! Who has logged in: the cookie `PLAY_SESSION`, given over HTTP and read before a handshake is accepted.
//!
//! Never: checks a password; a demonstration believes any name. Play signs
//! what its cookie says, here the cookie names an entry of a table.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use staywire_server::{Handshake, HandshakeInterceptor, Rejection};

/// Where Play keeps its session.
const COOKIE: &str = "PLAY_SESSION";

/// The names behind the cookies. Its clones are the same table.
#[derive(Clone, Default)]
pub(crate) struct Logins {
    names: Arc<Mutex<HashMap<String, String>>>,
}

/// Lets those pass who have logged in, as the user that they are.
impl HandshakeInterceptor for Logins {
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        match handshake.cookie(COOKIE).and_then(|cookie| self.name_of(&cookie)) {
            Some(name) => handshake.set_user(name),
            None => Err(Rejection::new(StatusCode::FORBIDDEN, "log in first\n")),
        }
    }
}

impl Logins {
    fn name_of(&self, cookie: &str) -> Option<String> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).get(cookie).cloned()
    }

    /// Remembers `name` under a cookie that nobody can guess.
    fn add(&self, name: String) -> Result<String, getrandom::Error> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits)?;
        let cookie = format!("{:032x}", u128::from_ne_bytes(bits));
        self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(cookie.clone(), name);
        Ok(cookie)
    }
}

/// As JSON and not as a form: a foreign page cannot log its visitor in here unasked.
#[derive(Deserialize)]
struct Login {
    name: String,
}

pub(crate) fn routes(logins: Logins) -> Router {
    Router::new().route("/login", post(log_in)).with_state(logins)
}

async fn log_in(State(logins): State<Logins>, Json(Login { name }): Json<Login>) -> Response {
    match logins.add(name) {
        Ok(cookie) => {
            let cookie = format!("{COOKIE}={cookie}; HttpOnly; SameSite=Strict");
            (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
