import vue from "@vitejs/plugin-vue2";
import { defineConfig } from "vite";
import { seedHosts } from "../../seed-hosts.js";

export default defineConfig({
  base: "/s8/as-written/",
  plugins: [seedHosts({ "/websocket/1": "/s8/websocket/1", "/websocket/": "/s8/websocket/" }), vue()],
  build: {
    assetsDir: "",
    // As it is written, also in the developer tools.
    minify: false,
    rollupOptions: {
      input: ["one.html", "several.html", "one-on-staywire.html", "several-on-staywire.html"],
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
