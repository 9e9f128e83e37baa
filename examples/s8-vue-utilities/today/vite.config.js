import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/s8/",
  plugins: [vue()],
  // The package and the page have one Vue, this folder's, also where another example's lies nearer to the package.
  resolve: { dedupe: ["vue"] },
  build: {
    assetsDir: "",
    rollupOptions: {
      input: ["room.html"],
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
