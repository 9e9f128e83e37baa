// How the examples' pages are built: into one flat folder, each file by its own name, as `demo_pages::built` serves it.

/** Vite's `build` for the pages in `input`. */
export const flatBuild = (input) => ({
  assetsDir: "",
  rollupOptions: {
    input,
    output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
  },
});
