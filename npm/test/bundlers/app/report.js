// Tells the test what came back, or what went wrong.

/** Resolves with what the server sends back. */
function echo(StayWire, options) {
  return new Promise((resolve, reject) => {
    // Where a bundler's own server has the page, the one that echoes is another.
    const server = new URLSearchParams(location.search).get("server") ?? location.origin;
    const socket = new StayWire(`${server}/echo`, options);
    socket.onmessage = ({ data }) => {
      resolve(data);
      socket.close();
    };
    socket.onclose = ({ code, reason }) => reject(new Error(`closed with ${code}: ${reason}`));
    socket.send(options.session ? "in a session" : "plain");
  });
}

/** What comes back is in `window.echoed`. */
export function report(StayWire) {
  Promise.all([echo(StayWire, { session: false }), echo(StayWire, { session: true })]).then(
    (echoed) => (window.echoed = echoed),
    (error) => (window.echoed = String(error)),
  );
  setTimeout(() => (window.echoed ??= "nothing came back"), 15_000);
}
