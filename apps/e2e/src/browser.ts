import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { ROOT } from "./source-files.ts";

const CHROMIUM = "/usr/bin/chromium";

/** Whether this machine has a browser to test with. */
export const hasBrowser = existsSync(CHROMIUM);

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

/** What a page did that it must not: errors, refused content, and requests to anybody but us. */
export function watchTrouble(page: Page, ours: string): string[] {
  const trouble: string[] = [];
  // Nobody being signed in is told as 401, which browsers report.
  page.on(
    "console",
    (message) => message.type() === "error" && !/\b401\b/.test(message.text()) && trouble.push(message.text()),
  );
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(ours) && !/^(data|blob|about):/.test(request.url()))
      trouble.push(`outside: ${request.url()}`);
  });
  return trouble;
}

/** What breaks WCAG 2.2 AA on the page as it is, a line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const found = (await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)} })`)) as axe.AxeResults;
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`),
  );
}

/** Keeps a picture of a page, for people to look at. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = join(ROOT, "apps/console/.pictures");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
