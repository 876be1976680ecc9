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
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const found = (await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)} })`)) as axe.AxeResults;
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`),
  );
}

/** How people look at a page: on a desk by day and by night, and on a small phone. */
export const LOOKS = ["light", "dark", "narrow"] as const;

/** Shows a page in another look, without loading it anew. Resolves once it is drawn so. */
export async function lookLike(page: Page, look: (typeof LOOKS)[number]): Promise<void> {
  const scheme = look === "dark" ? "dark" : "light";
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  await page.setViewportSize(look === "narrow" ? { width: 360, height: 780 } : { width: 1360, height: 900 });
  await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor({ state: "attached" });
  await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
}

/** Keeps a picture of all of a page, for people to look at: as high as it is, so that what sticks to an edge is at its edge. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = join(ROOT, "apps/console/.pictures");
  await mkdir(folder, { recursive: true });
  const held = page.viewportSize();
  const height = Number(await page.evaluate("document.documentElement.scrollHeight"));
  if (held && height > held.height) await page.setViewportSize({ ...held, height });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  if (held) await page.setViewportSize(held);
}
