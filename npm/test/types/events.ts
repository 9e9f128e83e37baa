// What the event map promises to a TypeScript user.

import { type Cause, JsonEvent, ReconnectingEvent, StayWire, type StayWireEventMap, type Status } from "staywire";

const socket = new StayWire("/ws");

socket.addEventListener("open", (event) => {
  const type: string = event.type;
  console.log(type);
});

socket.addEventListener("message", ({ data, origin }) => console.log(data, origin));
socket.addEventListener("close", ({ code, reason, wasClean }) => console.log(code + 1, reason.length, wasClean === true));
socket.addEventListener("reconnecting", ({ attempt, delay, cause }) => {
  const known: Cause = cause;
  console.log(attempt + delay, known);
  // @ts-expect-error: no such cause
  if (cause === "boredom") return;
});
socket.addEventListener("json", ({ data }) => {
  // @ts-expect-error: what a server sends is unknown until it is checked
  console.log(data.order);
});

socket.addEventListener("session", ({ outcome }) => {
  // @ts-expect-error: no such outcome
  if (outcome === "new") return;
});
socket.addEventListener("gap", ({ stream, from }) => {
  // @ts-expect-error: nobody may know how many are lost
  console.log(stream.length, from + 1);
});

// @ts-expect-error: an `open` event has no code
socket.addEventListener("open", ({ code }) => console.log(code));

socket.addEventListener("stale", { handleEvent: (event) => console.log(event.type) });
socket.addEventListener("message", () => {}, { once: true, signal: new AbortController().signal });
socket.addEventListener("message", null);
socket.removeEventListener("message", () => {}, { capture: true });

// Events of one's own are an EventTarget's business.
socket.addEventListener("order", (event: Event) => console.log(event.type));

socket.onreconnecting = function (event) {
  const self: StayWire = this;
  const told: ReconnectingEvent = event;
  console.log(self.status, told.attempt);
};
socket.onclose = function ({ code }) {
  this.sendJson({ code });
};
socket.onclose = null;
// @ts-expect-error: a handler is a function
socket.onopen = "open";
// @ts-expect-error: `onJson` is a method, and there is no attribute beside it
socket.onjson = () => {};

const typed: JsonEvent<{ id: number }> = new JsonEvent<{ id: number }>("json");
const id: number = typed.data.id;
const names: (keyof StayWireEventMap)[] = ["open", "message", "json", "error", "close", "reconnecting", "stale"];
const status: Status = socket.status;
// @ts-expect-error: no such status
if (socket.status === "up") console.log(id, names, status);
