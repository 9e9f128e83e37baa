import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue2";
import { defineConfig } from "vite";
import { flatBuild } from "../../flat-build.js";
import { seedHosts } from "../../seed-hosts.js";

export default defineConfig({
  base: "/s5/as-written/",
  // The first component names no path.
  plugins: [seedHosts({ "": "/server" }), onStayWire(), vue()],
  // The seed imports a component without its ending.
  resolve: { extensions: [".js", ".vue"] },
  // As it is written, also in the developer tools.
  build: { ...flatBuild(["component.html"]), minify: false },
});

/** The cart with one line more: the class, by the name of what it takes the place of. */
function onStayWire() {
  const file = fileURLToPath(new URL("cart-on-staywire.vue", import.meta.url));
  const cart = () => readFileSync(new URL("cart.vue", import.meta.url), "utf8");
  const line = 'import { StayWire as WebSocket } from "staywire";';
  return {
    name: "on-staywire",
    resolveId: (id) => (id === "./cart-on-staywire.vue" ? file : undefined),
    load: (id) => (id === file ? cart().replace("<script>\n", `<script>\n${line}\n`) : undefined),
  };
}
