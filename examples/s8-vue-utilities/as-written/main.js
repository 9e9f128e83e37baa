// The component that the URL names, as `component?name=several`, with the seed's seven methods, or those of the package in their place.

import * as fromPackage from "staywire/vue-methods";
import Vue from "vue";
import AlarmList from "./AlarmList.vue";
import second from "./second.js";
import * as first from "./utils.js";
import "./supplied.js";

const components = {
  one: one(first),
  several: several(second),
  "one-on-staywire": one(fromPackage),
  "several-on-staywire": several(fromPackage),
};

window.page = new Vue(components[new URLSearchParams(location.search).get("name")]).$mount("#page");

/** One socket, whose messages are appended. */
function one(methods) {
  return {
    data: { webSocket: null, list: [], redata: null },
    created() {
      this.initWebSocket();
    },
    methods: { socketUrl: () => "/s8/websocket/1", ...methods },
    render,
  };
}

/** A socket for each of three areas, whose messages are to be sorted, the newest first. */
function several(methods) {
  return {
    data: { webSockets: [], list: [], redata: null },
    created() {
      for (const id of [1, 2, 3]) this.initWebSocket(id);
    },
    methods: { socketUrl: (id) => `/s8/websocket/${id}`, ...methods },
    render,
  };
}

function render(h) {
  return h(AlarmList, { props: { alarms: this.list } });
}
