// A conversation for each area of a plant, and the alarms of all of them, the newest first.

import { useStayWire } from "staywire/vue";
import { computed, ref } from "vue";

/** `areas` have an `id` and a `name`; each gets what its conversation is and does. */
export function useAreas(areas) {
  const alarms = ref([]);
  const watched = areas.map((area) => {
    const conversation = useStayWire(`/s8/websocket/${area.id}`, { json: true, heartbeat: true });
    const count = ref(0);
    conversation.onMessage((alarm) => {
      count.value += 1;
      alarms.value.push({ ...alarm, name: area.name, key: `${area.id} ${count.value}` });
    });
    return { ...area, ...conversation, count };
  });

  /** In milliseconds since 1970; what has no time that can be read is the oldest. */
  const time = ({ createTime }) => new Date(createTime).getTime() || -Infinity;
  return {
    watched,
    alarms: computed(() => alarms.value.toSorted((one, other) => time(other) - time(one))),
    sendToAll: (text) => watched.filter(isThere).forEach(({ send }) => send(text)),
    closeAll: () => watched.forEach(({ close }) => close()),
  };
}

/** Neither closed nor closing. */
export const isThere = ({ status }) => !status.value.startsWith("clos");
