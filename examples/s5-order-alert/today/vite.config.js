import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { flatBuild } from "../../flat-build.js";

export default defineConfig({
  base: "/s5/",
  plugins: [vue()],
  // The package and the page have one Vue, this folder's, also where another example's lies nearer to the package.
  resolve: { dedupe: ["vue"] },
  build: flatBuild(["shop.html", "office.html"]),
});
