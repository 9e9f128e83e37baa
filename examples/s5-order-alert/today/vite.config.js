import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/s5/",
  plugins: [vue()],
  build: {
    assetsDir: "",
    rollupOptions: {
      input: ["shop.html", "office.html"],
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
