//! A message's fields as the golden vectors write them.

use serde_json::{Map, Value, json};
use staywire_protocol::wire::{
    Answer, AnswerHeader, FreshReason, Header, HeldStream, Id, Limits, Name, Opening, OpeningHeader, Stream,
    StreamLine, StreamOutcome, StreamPosition, SubscribeFrom, Token,
};

pub(crate) fn of_header(header: &Header<'_>) -> Value {
    match header {
        Header::Message { number } => json!({ "type": "message", "number": number }),
        Header::Request { number } => json!({ "type": "request", "number": number }),
        Header::Reply { number, request } => json!({ "type": "reply", "number": number, "request": request }),
        Header::Failure { number, request, code } => {
            json!({ "type": "failure", "number": number, "request": request, "code": code.number() })
        }
        Header::Cancel { number, request } => {
            json!({ "type": "cancel", "number": number, "request": request })
        }
        Header::Subscribe { number, from, topic } => {
            json!({ "type": "subscribe", "number": number, "from": of_start(*from), "topic": topic.as_str() })
        }
        Header::Unsubscribe { number, topic } => {
            json!({ "type": "unsubscribe", "number": number, "topic": topic.as_str() })
        }
        Header::Publish { number, topic } => {
            json!({ "type": "publish", "number": number, "topic": topic.as_str() })
        }
        Header::Ack { done } => json!({ "type": "ack", "done": done }),
        Header::Ping { done } => json!({ "type": "ping", "done": done }),
        Header::Pong { done } => json!({ "type": "pong", "done": done }),
        Header::Credit { bytes } => json!({ "type": "credit", "bytes": bytes }),
        Header::StreamMessage { alias, offset } => {
            json!({ "type": "streamMessage", "alias": alias, "offset": offset })
        }
        Header::Subscribed(line) => of_line(line),
        Header::Move { window_millis } => json!({ "type": "move", "windowMillis": window_millis }),
        Header::Gone { alias, code } => json!({ "type": "gone", "alias": alias, "code": code.number() }),
        Header::Skip { alias, from, to } => {
            json!({ "type": "skip", "alias": alias, "from": from, "to": to })
        }
        Header::Goodbye => json!({ "type": "goodbye" }),
    }
}

pub(crate) fn of_opening(opening: &Opening<'_>) -> Value {
    let header = match &opening.header {
        OpeningHeader::Hello(hello) => {
            json!({ "type": "hello", "token": of_token(&hello.token), "attempt": hello.attempt })
        }
        OpeningHeader::Resume(resume) => json!({
            "type": "resume",
            "session": of_id(resume.session),
            "current": of_token(&resume.current),
            "next": of_token(&resume.next),
            "attempt": resume.attempt,
            "inbox": resume.inbox,
            "sent": resume.sent,
        }),
    };
    with(
        header,
        json!({
            "credential": opening.credential.map(|credential| credential.as_str()),
            "protocols": opening.protocols().map(|protocol| protocol.as_str()).collect::<Vec<_>>(),
            "streams": opening.streams().map(|stream| of_held(&stream)).collect::<Vec<_>>(),
        }),
    )
}

pub(crate) fn of_answer(answer: &Answer<'_>) -> Value {
    let header = match answer.header {
        AnswerHeader::Welcome { session, instance, oldest } => json!({
            "type": "welcome",
            "session": of_id(session),
            "instance": of_id(instance),
            "oldest": oldest,
        }),
        AnswerHeader::Resumed { instance, accepted, done, oldest } => json!({
            "type": "resumed",
            "instance": of_id(instance),
            "accepted": accepted,
            "done": done,
            "oldest": oldest,
        }),
        AnswerHeader::Fresh { reason, session, instance, oldest } => json!({
            "type": "fresh",
            "reason": of_reason(reason),
            "session": of_id(session),
            "instance": of_id(instance),
            "oldest": oldest,
        }),
    };
    with(
        header,
        json!({
            "limits": of_limits(&answer.limits),
            "protocol": answer.protocol.map(|protocol| protocol.as_str()),
            "streams": answer.streams().map(|line| of_line(&line)).collect::<Vec<_>>(),
        }),
    )
}

fn of_line(line: &StreamLine<Name<'_>>) -> Value {
    let outcome = match line.outcome {
        StreamOutcome::Recovered(position) => with(json!({ "type": "recovered" }), of_position(position)),
        StreamOutcome::Gap { epoch, from, to } => {
            json!({ "type": "gap", "epoch": epoch.as_str(), "from": from, "to": to })
        }
        StreamOutcome::Reset { held, position } => {
            with(json!({ "type": "reset", "held": of_position(held) }), of_position(position))
        }
    };
    with(outcome, json!({ "alias": line.alias, "stream": of_stream(&line.stream) }))
}

fn of_held(held: &HeldStream<Name<'_>>) -> Value {
    with(json!({ "stream": of_stream(&held.stream) }), of_position(held.position))
}

fn of_stream(stream: &Stream<Name<'_>>) -> Value {
    match stream {
        Stream::Broadcast => json!({ "kind": "broadcast" }),
        Stream::User => json!({ "kind": "user" }),
        Stream::Topic(name) => json!({ "kind": "topic", "name": name.as_str() }),
    }
}

fn of_start(from: SubscribeFrom) -> Value {
    match from {
        SubscribeFrom::Position(position) => of_position(position),
        SubscribeFrom::Last(count) => json!({ "last": count }),
    }
}

fn of_position(position: StreamPosition) -> Value {
    json!({ "epoch": position.epoch.as_str(), "offset": position.offset })
}

fn of_limits(limits: &Limits) -> Value {
    json!({
        "maxMessageBytes": limits.max_message_bytes,
        "windowMillis": limits.window_millis,
        "intervalMillis": limits.interval_millis,
        "timeoutMillis": limits.timeout_millis,
        "ackBytes": limits.ack_bytes,
        "ackDelayMillis": limits.ack_delay_millis,
        "creditBytes": limits.credit_bytes,
    })
}

fn of_reason(reason: FreshReason) -> &'static str {
    match reason {
        FreshReason::Expired => "expired",
        FreshReason::Unknown => "unknown",
        FreshReason::Identity => "identity",
        FreshReason::Restarted => "restarted",
    }
}

fn of_token(token: &Token) -> String {
    token.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn of_id(id: Id) -> String {
    format!("{:032x}", id.bits())
}

/// One object with the keys of both.
fn with(object: Value, more: Value) -> Value {
    let [Value::Object(object), Value::Object(more)] = [object, more] else {
        unreachable!("both are objects")
    };
    Value::Object(object.into_iter().chain(more).collect::<Map<_, _>>())
}
