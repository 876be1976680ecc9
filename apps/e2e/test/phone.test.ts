import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StackProcess, startStack } from "../src/stack-process.ts";

const CHROMIUM = "/usr/bin/chromium";
const found = existsSync(CHROMIUM);
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

describe.skipIf(!found)(
  found ? "the phone page" : "the phone page (skipped: no chromium on this machine; apt-get install chromium)",
  () => {
    let stack: StackProcess;
    let browser: Browser;
    let page: Page;
    const trouble: string[] = [];

    beforeAll(async () => {
      stack = await startStack({ VERIFICATION_TTL_SECONDS: "120" });
      browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
      page = await browser.newPage({ viewport: { width: 360, height: 740 } });
      page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
      page.on("pageerror", (error) => trouble.push(error.message));
      page.on("request", (request) => {
        const ours = request.url() === "about:blank" || request.url().startsWith(stack.urls.simulator);
        if (!ours) trouble.push(`outside request: ${request.url()}`);
      });
    });
    afterAll(async () => {
      await browser?.close();
      await stack?.stop();
      await stack?.removeData();
    });

    /** Starts a session through the API and opens it on the phone. */
    const openSession = async () => {
      const headers = { Authorization: `Bearer ${stack.apiKey}`, "Content-Type": "application/json" };
      const body = { product: "ID_OCR", docType: "01000000", merchantUserId: "alice", metaInfo: "{}" };
      const url = `${stack.urls.api}/v1/verifications`;
      const started = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      const { id, transactionId } = (await started.json()) as { id: string; transactionId: string };
      await page.goto("about:blank");
      await page.goto(`${stack.urls.simulator}/#${transactionId}`);
      return async () => (await (await fetch(`${url}/${id}?wait=30`, { headers })).json()) as { status: string };
    };

    test("finishes a session with the outcome a person picks, and shows what the receiver said", async () => {
      const outcome = await openSession();
      await page.locator(".outcome.good").click();
      await page.locator(".receiver").getByText("200, accepted").waitFor();
      expect(await outcome()).toMatchObject({ status: "passed" });
    });

    test("lets a stranger claim something, and shows that it was refused", async () => {
      await openSession();
      await page.getByRole("button", { name: "Forge", exact: true }).click();
      await page.locator(".receiver").getByText("401, refused as it should be").waitFor();
    });

    test("needs nothing from outside, reports no error and does not scroll sideways", async () => {
      await openSession();
      await page.locator(".outcome.good").waitFor();
      expect(trouble).toEqual([]);
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(overflow).toBe(0);
    });
  },
);
