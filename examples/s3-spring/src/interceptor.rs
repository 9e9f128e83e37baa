//! Spring's `HandshakeInterceptor`: it reads the user from the path.

use staywire_server::http::StatusCode;
use staywire_server::{Handshake, HandshakeInterceptor, Rejection, Session};

/// The attribute that the user's id is stored under.
pub const USER_ID: &str = "WEBSOCKET_USERID";

/// Lets handshakes for `/myHandler/ID=<user>` pass, and gives their sessions that user.
///
/// Whoever asks is believed, as in the seed; an application with a login looks at a cookie here.
#[derive(Clone, Copy, Debug)]
pub struct WebSocketInterceptor;

impl HandshakeInterceptor for WebSocketInterceptor {
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        let id = handshake.path_param("ID").and_then(|segment| segment.strip_prefix("ID="));
        let Some(id) = id.map(str::to_owned) else {
            let advice = "the path ends in ID=<user>, as in /myHandler/ID=888\n";
            return Err(Rejection::new(StatusCode::BAD_REQUEST, advice));
        };
        println!("当前session的ID={id}");
        handshake.set_user(&id)?;
        handshake.attributes().set(USER_ID, id);
        Ok(())
    }

    async fn after_handshake(&self, _session: &Session) {
        println!("进来webSocket的afterHandshake拦截器！");
    }
}
