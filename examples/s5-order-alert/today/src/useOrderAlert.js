// The orders that nobody has accepted yet, each once: across connections, reloads and restarts of the server.
//
// Owns: how far this back office is. Each connection says so in its URL, and
// the server goes on from there; what was accepted outlives the page.

import { useStayWire } from "staywire/vue";
import { onScopeDispose, ref } from "vue";

const STORED = "s5-accepted";

export function useOrderAlert() {
  /** Of which journal this page speaks, and up to which number everything in it was accepted. */
  const accepted = ref(stored());
  /** The orders after that, in order. */
  const waiting = ref([]);
  /** The last order that is known here. It is no ref: the next connection asks for it, but it is no reason for one. */
  let position = stored();

  const { status, sendJson, onMessage } = useStayWire(() => `/s5/alerts?${new URLSearchParams(position)}`, {
    json: true,
    heartbeat: { interval: 10_000, reply: "PONG", expectReply: true },
  });
  onMessage(take);
  window.addEventListener("storage", follow);
  onScopeDispose(() => window.removeEventListener("storage", follow));
  return { accepted, waiting, status, accept };

  function take({ journal, orders, more }) {
    // The shop has begun another journal, and with it the numbers.
    if (journal !== position.journal) begin(accepted.value.journal === journal ? accepted.value : { journal, after: 0 });
    for (const order of orders) {
      // What was announced before the server had gone on from this page's position comes again, in its place.
      if (order.number !== position.after + 1) continue;
      position = { journal, after: order.number };
      // Another tab may have accepted it while this one had no connection.
      if (order.number > accepted.value.after) waiting.value.push(order);
    }
    if (more) sendJson(position);
  }

  function begin(from) {
    position = from;
    accepted.value = from;
    waiting.value = [];
  }

  /** Accepts every waiting order. */
  function accept() {
    begin(position);
    localStorage.setItem(STORED, JSON.stringify(position));
  }

  /** Somebody accepted orders in another tab. */
  function follow({ key }) {
    if (key !== STORED) return;
    accepted.value = stored();
    waiting.value = waiting.value.filter(({ number }) => number > accepted.value.after);
  }
}

/** What was accepted, before this page and in other tabs. */
function stored() {
  return JSON.parse(localStorage.getItem(STORED)) ?? { journal: "", after: 0 };
}
