// Supplied: what the seed's functions use and do not show.

import Vue from "vue";

// Element UI's message.
Vue.prototype.$message = {
  error(text) {
    const message = document.createElement("p");
    message.setAttribute("role", "alert");
    message.textContent = text;
    document.body.prepend(message);
  },
};
