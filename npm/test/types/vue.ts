// What a TypeScript user may write with Vue, and what the compiler has to refuse.

import type { StayWire } from "staywire";
import { type Conversation, createStayWire, useStayWire } from "staywire/vue";
import { computed, createApp, ref } from "vue";

interface Order {
  id: number;
}

const orders = useStayWire<Order>("/orders", { json: true, session: true, keepMessages: 50 });
const ids: number[] = orders.messages.value.map(({ id }) => id);
orders.onMessage(({ id }) => ids.push(id))();
orders.send("text");
orders.sendJson({ id: 1 })?.acknowledged.then(() => console.log("done"));
orders.close(4000, "done");
const socket: StayWire | undefined = orders.socket.value;
console.log(orders.status.value === "open", orders.error.value?.reason, orders.attempt.value + 1, orders.latency.value, socket);
// @ts-expect-error: they are the conversation's to set
orders.status.value = "open";
// @ts-expect-error: the list is the conversation's, too
orders.messages.value.push({ id: 1 });

const reply: Promise<Order> = orders.requestJson<Order>({ id: 1 }, { timeout: 1_000 });
orders.subscribe("orders", { last: 10 })?.addEventListener("message", ({ data }) => console.log(data, reply));

const raw = useStayWire("/orders");
const last: string | Blob | ArrayBuffer | undefined = raw.data.value;
// @ts-expect-error: only JSON is what the page says it is
useStayWire<Order>("/orders");
// @ts-expect-error: no such option
useStayWire("/orders", { inmediate: false });

useStayWire(ref<string>());
useStayWire(computed(() => new URL(`wss://a.example/${last}`)), { immediate: false, whenDeactivated: "close" });
useStayWire(() => "/orders");
useStayWire(async () => "/orders", { binaryType: "arraybuffer" });

createApp({}).use(createStayWire("/orders", { json: true }));
const shared: Conversation<Order> = useStayWire<Order>();
shared.open();
