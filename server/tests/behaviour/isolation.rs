//! What one session's end must not do to another.

use staywire_server::Server;
use tokio::io::AsyncWriteExt;

use crate::support::{Echo, frame, serve};

#[tokio::test]
async fn a_new_client_sees_only_its_own_bytes_after_another_reset_with_replies_unsent() {
    let running = serve(Server::builder().endpoint("/echo", Echo)).await;
    let foreign = frame(0x82, &[b'x'; 10_000]);
    for round in 0..50 {
        let mut leaver = running.raw_connect("/echo").await;
        for _ in 0..20 {
            // The server may reset first: then it has done its part.
            if leaver.write_all(&foreign).await.is_err() {
                break;
            }
        }
        // With unread replies this sends a reset.
        drop(leaver);

        let mut client = running.connect("/echo").await;
        for number in 0..5 {
            let text = format!("{round}.{number}");
            client.send(text.as_str()).await;
            assert_eq!(client.next_text().await, text);
        }
        client.close().await;
    }
}
