import vue from "@vitejs/plugin-vue2";
import { defineConfig } from "vite";
import { seedHosts } from "../../seed-hosts.js";

export default defineConfig({
  base: "/s5/as-written/",
  // The first component names no path.
  plugins: [seedHosts({ "": "/server" }), vue()],
  // The seed imports a component without its ending.
  resolve: { extensions: [".js", ".vue"] },
  build: {
    assetsDir: "",
    // As it is written, also in the developer tools.
    minify: false,
    rollupOptions: {
      input: ["first.html", "cart.html", "checkout.html", "checkout-on-staywire.html"],
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
