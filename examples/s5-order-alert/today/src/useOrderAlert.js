// The orders that nobody has accepted yet, each once: across connections, reloads and restarts of the server.
//
// Owns: how far this back office is. Each connection says so in its URL, and
// the server goes on from there; what was accepted outlives the page.

import { initWebSocket } from "staywire";
import { onScopeDispose, ref } from "vue";

const STORED = "s5-accepted";
const NOTHING = { journal: "", number: 0 };

export function useOrderAlert() {
  /** Up to which order of which journal everything was accepted. */
  const accepted = ref(stored());
  /** The orders after that, in order. */
  const waiting = ref([]);
  const status = ref("connecting");
  const last = () => waiting.value.at(-1)?.number ?? accepted.value.number;

  const socket = initWebSocket(
    () => `/s5/alerts?${new URLSearchParams({ journal: accepted.value.journal, after: last() })}`,
    {
      heartbeat: { interval: 10_000, reply: "PONG", expectReply: true },
      onJson: take,
      onOpen: show,
      onReconnecting: show,
      onClose: show,
    },
  );
  window.addEventListener("storage", follow);
  onScopeDispose(() => {
    window.removeEventListener("storage", follow);
    socket.close();
  });
  return { accepted, waiting, status, accept };

  function show() {
    status.value = socket.status;
  }

  function take(order) {
    if (order.journal !== accepted.value.journal) begin(order.journal);
    // What was announced before the server had gone on from this page's position comes again, in its place.
    if (order.number === last() + 1) waiting.value.push(order);
  }

  /** The shop has another journal than the one that this page knows: its numbers begin anew. */
  function begin(journal) {
    accepted.value = { ...NOTHING, journal };
    waiting.value = [];
  }

  /** Accepts every waiting order. */
  function accept() {
    accepted.value = { ...accepted.value, number: last() };
    waiting.value = [];
    localStorage.setItem(STORED, JSON.stringify(accepted.value));
  }

  /** Somebody accepted orders in another tab. */
  function follow({ key }) {
    if (key !== STORED) return;
    accepted.value = stored();
    waiting.value = waiting.value.filter(({ number }) => number > accepted.value.number);
  }
}

function stored() {
  return JSON.parse(localStorage.getItem(STORED)) ?? NOTHING;
}
