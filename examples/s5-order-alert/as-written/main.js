// A route with the component that the URL names, as `component?name=checkout`. It can be left.

import Vue from "vue";
import cartOnStayWire from "./cart-on-staywire.vue";
import cart from "./cart.vue";
import { checkout } from "./checkout.js";
import first from "./first.vue";
import "./supplied.js";

const components = {
  first,
  cart,
  checkout: checkout(cart),
  "checkout-on-staywire": checkout(cartOnStayWire),
};

window.route = new Vue({
  data: { component: components[new URLSearchParams(location.search).get("name")] },
  methods: {
    leave() {
      this.component = null;
    },
  },
  render(h) {
    return h("main", [this.component && h(this.component)]);
  },
}).$mount("#route");
