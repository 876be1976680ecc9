import { existsSync } from "node:fs";
import { createMetrics, serve } from "@verdict/runtime";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setup } from "../support.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

test("the page names no address but our own, and everything it names is there", async () => {
  const response = await s.app.request("/docs");
  expect(response.headers.get("Content-Type")).toContain("text/html");
  const named = [...(await response.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = ""]) => url);
  expect(named.filter((url) => url !== "data:,")).toEqual([
    "/docs/swagger-ui.css",
    "/docs/swagger-ui-bundle.js",
    "/docs/show.js",
  ]);
  for (const url of named.filter((one) => one.startsWith("/"))) {
    const file = await s.app.request(url);
    expect(file.status).toBe(200);
    expect(file.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100);
  }
});

test("nothing else lies beside it", async () => {
  for (const name of ["package.json", "..%2fpackage.json", "toString", "index.html"]) {
    expect((await s.app.request(`/docs/${name}`)).status).toBe(404);
  }
});

test.skipIf(!CHROMIUM)(
  "a browser shows every chapter, asks nobody else for anything, and breaks no rule of ours",
  async () => {
    const serving = await serve({
      app: s.apiWith({ metrics: createMetrics("api") }),
      port: 0,
      variable: "API_PORT",
      shared: false,
    });
    const browser = await chromium.launch({
      ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }),
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      const hosts = new Set<string>();
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => request.url().startsWith("http") && hosts.add(new URL(request.url()).host));
      await page.goto(`http://127.0.0.1:${serving.port}/docs`);
      await page.locator("#operations-tag-Verifications").waitFor({ timeout: 90_000 });
      const chapters = await page.locator(".opblock-tag").count();
      const { paths } = (await (await s.app.request("/openapi.json")).json()) as {
        paths: Record<string, Record<string, { tags: string[] }>>;
      };
      const tags = Object.values(paths).flatMap((methods) => Object.values(methods).flatMap((one) => one.tags));
      expect(chapters).toBe(new Set(tags).size);
      expect([...hosts]).toEqual([`127.0.0.1:${serving.port}`]);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await serving.close();
    }
  },
  120_000,
);
