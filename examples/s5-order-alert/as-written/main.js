// A route with one of the seed's components on it, which can be left.

import { StayWire } from "staywire";
import Vue from "vue";
import cart from "./cart.vue";
import checkout from "./checkout.js";
import first from "./first.vue";
import "./supplied.js";

const { component, socket } = document.querySelector("#route").dataset;

// `new WebSocket(url)` is all that the components know of it, and all that they need to.
if (socket === "staywire") window.WebSocket = StayWire;

window.route = new Vue({
  data: { component: { cart, checkout, first }[component] },
  methods: {
    leave() {
      this.component = null;
    },
  },
  render(h) {
    return h("main", [this.component && h(this.component)]);
  },
}).$mount("#route");
