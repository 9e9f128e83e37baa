// What a TypeScript user may write, and what the compiler has to refuse.

import {
  initWebSocket,
  type InitWebSocketOptions,
  type Member,
  OutcomeUnknownError,
  RequestError,
  type Sent,
  StayWire,
  type StayWireOptions,
  Topic,
} from "staywire";

interface Order {
  id: number;
}

// Where a page has a WebSocket, it may have a StayWire.
const either: WebSocket = new StayWire("/ws");
const constructor: typeof WebSocket = StayWire;
globalThis.WebSocket = constructor;

const socket = new StayWire("/ws", ["chat"]);
new StayWire(new URL("wss://a.example/"), "chat");
new StayWire(() => "/ws", () => ["chat"]);
new StayWire(async () => new URL("wss://a.example/"), { protocols: async () => "chat", maxAttempts: Infinity });
new StayWire("/ws", { heartbeat: { interval: 10_000, timeout: 3_000, message: "hb", reply: "ok", expectReply: true } });
// @ts-expect-error: a URL is needed
new StayWire();
// @ts-expect-error: no such option
new StayWire("/ws", { maxAttempt: 3 });
// @ts-expect-error: a time is a number of milliseconds
new StayWire("/ws", { connectTimeout: "10s" });
// @ts-expect-error: no such option
new StayWire("/ws", { heartbeat: { every: 5 } });

const readyState: 0 | 1 | 2 | 3 = socket.readyState;
const open: 1 = StayWire.OPEN;
if (socket.readyState === socket.OPEN) console.log(open, either.url);
// @ts-expect-error: it can only be read
socket.readyState = readyState;

socket.send("text");
socket.send(new Uint8Array(3));
socket.send(new Uint8Array(3).buffer);
socket.send(new Blob());
// @ts-expect-error: objects go by sendJson
socket.send({ id: 1 });
socket.sendJson({ id: 1 });
socket.binaryType = "arraybuffer";
// @ts-expect-error: no such type
socket.binaryType = "text";
socket.close(4000, "done");
socket.reconnect();

const stop: () => void = socket.onJson<Order>(({ id }) => console.log(id + 1));
socket.onJson((order: Order) => console.log(order.id));
// @ts-expect-error: what a server sends is unknown unless the handler says what it expects
socket.onJson((order) => console.log(order.id));
stop();

const orders: Order[] = [];
const options: StayWireOptions = { maxQueueBytes: 65_536 };
const init: InitWebSocketOptions = { ...options, onJson: (value) => console.log(value) };
initWebSocket("/ws", init);
const shop: StayWire = initWebSocket("/ws", {
  onOpen: ({ type }) => console.log(type),
  onMessage: ({ data }) => console.log(data),
  onJson: (order: Order) => orders.push(order),
  onReconnecting: ({ delay }) => console.log(delay),
  onClose: ({ code }) => console.log(code),
});

const kept = new StayWire("/ws", { session: true, credential: async () => "ticket", protocols: "orders" });
const sent: Sent | undefined = kept.send("text");
kept.sendJson({ id: 1 })?.acknowledged.then(
  () => console.log("done"),
  (error) => console.log(error instanceof OutcomeUnknownError),
);
// @ts-expect-error: in plain mode there is none
console.log(sent.acknowledged);
// @ts-expect-error: it is a switch
new StayWire("/ws", { session: "yes" });
initWebSocket("/ws", {
  session: true,
  onSession: ({ outcome }) => console.log(outcome === "resumed"),
  onGap: ({ stream, from, to }) => console.log(stream, to! - from! + 1),
});

// @ts-expect-error: the names of handlers are in camel case
initWebSocket("/ws", { onmessage: () => shop.close() });

const topic: Topic = kept.subscribe("orders", { since: localStorage.getItem("orders"), last: 10 });
kept.subscribe("orders", { since: topic.position });
topic.onmessage = ({ data, lastEventId }) => console.log(data, lastEventId);
topic.addEventListener("gap", ({ from, to }) => console.log(from, to));
topic.onerror = ({ error }) => console.log(error.kind === "notAllowed", error.code, error.reason);
topic.onpresence = ({ change, member }) => console.log(change === "join", member?.user);
const members: ReadonlyMap<string, Member> = topic.presence();
const published: Sent = topic.publish("text");
const stopReading: () => void = topic.onJson<Order>(({ id }) => console.log(id + 1));
stopReading();
if (topic.status === "subscribed") console.log(members, published);
// @ts-expect-error: it moves with what comes
topic.position = "abc-1";
// @ts-expect-error: no such kind
topic.onerror = ({ error }) => console.log(error.kind === "refused");
// @ts-expect-error: topics are made by `subscribe`
new Topic("orders");

kept.request("text", { timeout: 1_000, signal: AbortSignal.timeout(500) }).then((reply) => console.log(typeof reply));
kept.requestJson<Order>({ id: 1 }).then(({ id }) => console.log(id + 1));
// @ts-expect-error: objects go by requestJson
kept.request({ id: 1 });
kept.onRequest(async (question, { signal }) => {
  if (signal.aborted) throw new RequestError(1000, "too late");
  return typeof question === "string" ? question : new Uint8Array(3);
});
// @ts-expect-error: a reply is text or binary
kept.onRequest(() => ({ id: 1 }));
new StayWire("/ws", { session: true, since: { user: localStorage.getItem("user"), broadcast: kept.position("broadcast") } });
// @ts-expect-error: what is sent to one session has no position
kept.position("inbox");
