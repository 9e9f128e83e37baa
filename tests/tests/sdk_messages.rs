//! The SDK in Chromium: text, JSON and binary, both ways.

use serde_json::{Value, json};
use staywire_tests::{Browser, RawConnection, RawPeer, SOON, open_sdk_page};

async fn connect(peer: &RawPeer, only: &str) -> (Browser, RawConnection) {
    let page = open_sdk_page().await;
    page.run(&format!("record(new StayWire('{}'), 'socket', {only})", peer.url())).await;
    let connection = peer.accept(SOON).await;
    page.wait_for("socket.readyState === 1", SOON).await;
    (page, connection)
}

#[tokio::test]
async fn json_goes_both_ways() {
    let peer = RawPeer::listen().await;
    let (page, mut connection) = connect(&peer, "undefined").await;
    page.run("socket.sendJson({ id: 888, message: '张三' })").await;
    let sent: Value = serde_json::from_str(&connection.text(SOON).await).unwrap();
    assert_eq!(sent, json!({ "id": 888, "message": "张三" }));

    connection.send(r#"{"id":10086,"list":[1,2]}"#).await;
    page.wait_for("count('json') === 1", SOON).await;
    let received = page.run("return told.socket.find((event) => event.kind === 'json').data").await;
    assert_eq!(received, json!({ "id": 10086, "list": [1, 2] }));
    assert_eq!(page.run("return texts()").await, json!([r#"{"id":10086,"list":[1,2]}"#]));
}

#[tokio::test]
async fn text_that_is_not_json_is_an_uncaught_error_of_who_asked_for_json_and_of_nobody_else() {
    let peer = RawPeer::listen().await;
    let (page, mut connection) = connect(&peer, "['message', 'error', 'close']").await;
    page.run(
        "window.uncaught = [];
         window.parsed = [];
         onerror = (message) => { uncaught.push(message); return true; };
         socket.onJson((value) => parsed.push(value));",
    )
    .await;
    connection.send("hello").await;
    connection.send("7").await;
    page.wait_for("parsed.length === 1", SOON).await;
    assert_eq!(page.run("return parsed").await, json!([7]));
    let uncaught = page.run("return uncaught").await;
    assert!(uncaught[0].as_str().is_some_and(|message| message.contains("SyntaxError")), "{uncaught}");
    assert_eq!(page.run("return texts()").await, json!(["hello", "7"]));
    assert_eq!(page.run("return count('error')").await, json!(0), "the connection is not to blame");
}

#[tokio::test]
async fn text_that_is_not_json_is_only_text_where_nobody_listens_for_json() {
    let peer = RawPeer::listen().await;
    let (page, mut connection) = connect(&peer, "['message', 'error', 'close']").await;
    connection.send("hello").await;
    connection.send("{").await;
    page.wait_for("texts().length === 2", SOON).await;
    assert_eq!(page.run("return count('error')").await, json!(0));
}

#[tokio::test]
async fn binary_arrives_as_the_type_that_was_asked_for() {
    let peer = RawPeer::listen().await;
    let (page, mut connection) = connect(&peer, "['open']").await;
    page.run(
        "window.forms = [];
         socket.onmessage = async ({ data }) => {
           const bytes = data instanceof Blob ? await data.arrayBuffer() : data;
           forms.push([data.constructor.name, [...new Uint8Array(bytes)]]);
         };",
    )
    .await;
    assert_eq!(page.run("return socket.binaryType").await, json!("blob"), "as the browser's own");
    connection.send(vec![1, 2, 255]).await;
    page.wait_for("forms.length === 1", SOON).await;
    page.run("socket.binaryType = 'arraybuffer'").await;
    connection.send(vec![0, 7]).await;
    page.wait_for("forms.length === 2", SOON).await;
    assert_eq!(page.run("return forms").await, json!([["Blob", [1, 2, 255]], ["ArrayBuffer", [0, 7]]]));
}

#[tokio::test]
async fn binary_is_sent_from_every_type_that_a_websocket_takes() {
    let peer = RawPeer::listen().await;
    let (page, mut connection) = connect(&peer, "['open']").await;
    page.run(
        "const bytes = new Uint8Array([9, 8, 7, 6]);
         socket.send(bytes.buffer);
         socket.send(bytes.subarray(1, 3));
         socket.send(new Blob([bytes]));
         bytes.fill(0);
         socket.send('after');",
    )
    .await;
    for expected in [vec![9, 8, 7, 6], vec![8, 7], vec![9, 8, 7, 6]] {
        assert_eq!(connection.message(SOON).await.into_data().to_vec(), expected);
    }
    assert_eq!(connection.text(SOON).await, "after");
}
