import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const target = process.env.API_URL ?? "http://127.0.0.1:8081";

/** For `npm run dev`: calls go on to a running API, as if the page had come from there. */
const toApi = { target, headers: { origin: target } };
const proxy = { "/v1": toApi, "/api": toApi, "/openapi.json": toApi };

export default defineConfig({
  plugins: [react()],
  server: { proxy },
  preview: { proxy },
  build: { target: "es2023", manifest: true, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
