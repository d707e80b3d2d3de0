import { svelte } from "@sveltejs/vite-plugin-svelte";
import { resolve } from "node:path";
import { defineConfig } from "vite";

// The pages that are measured: parts of the desk with made-up rows and prices, built as the desk is.
const here = import.meta.dirname;
export default defineConfig({
  root: here,
  plugins: [svelte({ configFile: resolve(here, "../svelte.config.js") })],
  resolve: { alias: { $lib: resolve(here, "../src/lib") } },
  build: {
    target: "es2022",
    outDir: process.env["BENCH_OUT"] ?? resolve(here, "dist"),
    emptyOutDir: true,
    rollupOptions: { input: { blotter: resolve(here, "blotter.html"), zoom: resolve(here, "zoom.html") } },
  },
});
