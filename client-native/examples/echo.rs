//! Sends what is typed to an echo endpoint and prints what comes back, through any number of reconnects.
//!
//! ```text
//! cargo run -p staywire-client-native --example echo -- ws://127.0.0.1:9998/echo
//! ```

use std::error::Error;
use std::io::{self, BufRead};
use std::thread;

use staywire_client_native::{Client, Event};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "ws://127.0.0.1:9998/echo".to_owned());
    let (client, mut events) = Client::builder(url).connect()?;
    // A thread, because reading the terminal blocks.
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if let Err(error) = client.send(line) {
                eprintln!("not sent: {error}");
            }
        }
        client.close();
    });
    while let Some(event) = events.recv().await {
        match event {
            Event::Message(message) => println!("{}", message.as_text().unwrap_or("(binary)")),
            other => eprintln!("{other:?}"),
        }
    }
    Ok(())
}
