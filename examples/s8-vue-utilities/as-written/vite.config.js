import vue from "@vitejs/plugin-vue2";
import { defineConfig } from "vite";
import { flatBuild } from "../../flat-build.js";
import { seedHosts } from "../../seed-hosts.js";

export default defineConfig({
  base: "/s8/as-written/",
  plugins: [seedHosts({ "/websocket/1": "/s8/websocket/1", "/websocket/": "/s8/websocket/" }), vue()],
  // As it is written, also in the developer tools.
  build: { ...flatBuild(["component.html"]), minify: false },
});
