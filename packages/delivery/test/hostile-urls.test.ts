import { HOSTILE_NAMES, HOSTILE_URLS } from "@verdict/testkit";
import { expect, test } from "vitest";
import { checkUrl, PUBLIC_ONLY, type Resolve } from "../src/index.ts";
import { givenClient, givenReceiver } from "./receiver.ts";

const resolve: Resolve = async (host) => {
  const found = HOSTILE_NAMES[host];
  if (!found) throw new Error(`${host} should not have been looked up`);
  return found;
};

test.each(HOSTILE_URLS)("%j is refused at save: %s", async (url, reason) => {
  const checked = await checkUrl(url.replaceAll("PORT", "8443"), { allowed: PUBLIC_ONLY, resolve });
  expect(checked).toEqual({ ok: false, reason });
});

test("all of them are refused at send, for the same reasons, before a connection is opened", async () => {
  const trap = await givenReceiver();
  const client = givenClient({ resolve });
  const endings = await Promise.all(
    HOSTILE_URLS.map(async ([url]) => {
      const posted = await client.post({ url: url.replaceAll("PORT", `${trap.port}`), headers: {}, body: "{}" });
      return [url, posted.kind === "refused" ? posted.reason : posted.kind];
    }),
  );
  expect(endings).toEqual(HOSTILE_URLS);
  expect(HOSTILE_URLS.length).toBeGreaterThanOrEqual(60);
  expect(trap.connections()).toBe(0);
});

test.each([
  "https://example.com",
  "https://example.com:8443/hooks?a=1&b=2",
  "HTTPS://Example.COM/Path",
  "https://93.184.216.34/",
  "https://[2606:2800:220:1::1]:8443/x",
  "https://[64:ff9b::8.8.8.8]/",
  "https://my_hooks.example.com/",
  "https://xn--bcher-kva.example/",
  "https://bücher.example/",
  "https://example.com/%2e%2e/ü",
  "https://example.com/?next=https://127.0.0.1/@x",
])("%s may be saved", async (url) => {
  const checked = await checkUrl(url, { allowed: PUBLIC_ONLY, resolve: async () => ["93.184.216.34"] });
  expect(checked).toEqual({ ok: true, warning: null });
});

test("a name that leads nowhere yet may be saved, with a warning", async () => {
  const nowhere: Resolve = async () => {
    throw new Error("ENOTFOUND");
  };
  const checked = await checkUrl("https://soon.example.com/", { allowed: PUBLIC_ONLY, resolve: nowhere });
  expect(checked).toEqual({ ok: true, warning: "unresolved" });
});
