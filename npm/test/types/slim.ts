// What a TypeScript user may write who keeps the WebAssembly apart.

import { init, StayWire } from "staywire/slim";
import { type CoreSource, init as initSession } from "staywire/slim/session";

init("/staywire.wasm");
init(new URL("https://cdn.example/staywire.wasm"));
init(fetch("/staywire.wasm"));
init(WebAssembly.compileStreaming(fetch("/staywire.wasm")));
const source: CoreSource = new Response();
initSession(source);
new StayWire("/orders", { session: true }).close();
