//! The channel style, in the document's two samples and one for members.

use staywire_server::{In, Out, UserId, WsListener, on_ready};

/// The first sample: prints each message, and `Disconnected` in the end; says `Hello!` once.
pub(crate) fn hello(console: impl Fn(&str) + Clone + Send + Sync + 'static) -> impl WsListener {
    on_ready(async |input: In, out: Out| {
        listen(&input, console);
        out.write("Hello!")?;
        Ok(())
    })
}

/// The second sample: discards what comes in, and closes just after its `Hello!`.
pub(crate) fn goodbye() -> impl WsListener {
    on_ready(async |_input: In, out: Out| {
        out.write("Hello!")?;
        out.close();
        Ok(())
    })
}

/// The first sample for the user whom the request's cookie named.
pub(crate) fn account(console: impl Fn(&str) + Clone + Send + Sync + 'static) -> impl WsListener {
    on_ready(async |input: In, out: Out| {
        let user = input.session().user().map_or("nobody", UserId::as_str);
        out.write(format!("Hello, {user}!"))?;
        listen(&input, console);
        Ok(())
    })
}

fn listen(input: &In, console: impl Fn(&str) + Clone + Send + Sync + 'static) {
    let at_the_end = console.clone();
    input.on_message(async move |event: String| {
        console(&event);
        Ok(())
    });
    input.on_close(async move |_| at_the_end("Disconnected"));
}
