import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the page with the API of a server that runs beside it: OPTIBID_SERVER=http://localhost:8000.
const server = process.env.OPTIBID_SERVER ?? "http://localhost:8000";

export default defineConfig({
  plugins: [svelte()],
  resolve: { alias: { $lib: new URL("./src/lib", import.meta.url).pathname } },
  build: {
    target: "es2022",
    // Small files would be written into the scripts, where the policy for images does not see them.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  test: { include: ["src/**/*.test.ts"] },
  server: {
    port: 5173,
    proxy: {
      "/api": { target: server, ws: true },
      "/health": { target: server },
    },
  },
});
