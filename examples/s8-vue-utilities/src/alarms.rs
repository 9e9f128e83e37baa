//! Alarms: raised by sensors over HTTP, told to the pages that watch their area.

use std::time::SystemTime;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Map, Value, json};
use staywire_server::{ListenerError, Message, Session, UserDelivery, WsHelper, WsListener};

/// An area that is watched. What a page says there is heard, and told back with its time.
pub(crate) struct Area;

impl WsListener for Area {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let text = message.as_text().ok_or_else(|| ListenerError::msg("pages speak text"))?;
        let heard = Map::from_iter([
            ("level".to_owned(), "info".into()),
            ("text".to_owned(), format!("Heard: {text}").into()),
        ]);
        session.send(alarm(session.path_param("id").unwrap_or_default(), heard).to_string())?;
        Ok(())
    }
}

/// `POST /s8/alarms/{id}`: answers how many pages are told.
pub(crate) async fn raise(
    State(helper): State<WsHelper>,
    Path(id): Path<String>,
    Json(raised): Json<Map<String, Value>>,
) -> Json<Value> {
    let told = match helper.send_to_user(&id, alarm(&id, raised).to_string()) {
        UserDelivery::Present(delivery) => delivery.queued,
        _ => 0,
    };
    Json(json!({ "told": told }))
}

/// What a sensor raised, with its area, and with the time where the sensor has no clock.
fn alarm(area: &str, mut raised: Map<String, Value>) -> Value {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
    raised.insert("area".to_owned(), area.into());
    raised.entry("createTime").or_insert_with(|| u64::try_from(now).unwrap_or(u64::MAX).into());
    Value::Object(raised)
}
