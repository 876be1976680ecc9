import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";

type Chunk = { file: string; css?: string[]; assets?: string[]; imports?: string[]; isEntry?: boolean };

const LIMIT = 250_000;
const ROOT = fileURLToPath(new URL("..", import.meta.url));

let folder: string;
let manifest: Record<string, Chunk>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdict-console-"));
  // The test runner says "test", and React would build its heavier half.
  process.env.NODE_ENV = "production";
  await build({ root: ROOT, logLevel: "error", mode: "production", build: { outDir: folder, emptyOutDir: true } });
  manifest = JSON.parse(await readFile(join(folder, ".vite/manifest.json"), "utf8"));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every file a browser needs for some parts of the console, each once. */
function filesOf(...names: string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string) => {
    const chunk = manifest[name];
    if (!chunk || seen.has(name)) return;
    seen.add(name);
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(file);
    for (const each of chunk.imports ?? []) visit(each);
  };
  for (const name of names) visit(name);
  return files;
}

async function weigh(files: Iterable<string>): Promise<number> {
  let bytes = 0;
  for (const file of files) {
    const content = await readFile(join(folder, file));
    bytes += file.endsWith(".woff2") ? content.length : gzipSync(content, { level: 9 }).length;
  }
  return bytes;
}

test.each([
  "today/Today",
  "verifications/Verifications",
  "verification/Verification",
  "work/Work",
  "insight/Insight",
  "admin/Admin",
])("the first load of %s, with styles and font, stays under 250 kB", async (page) => {
  const name = `src/pages/${page}.tsx`;
  expect(manifest[name]).toBeDefined();
  expect(await weigh(filesOf("index.html", name))).toBeLessThan(LIMIT);
});

test("every file but the page and its sign is named by its content", async () => {
  const files = Object.values(manifest).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]);
  expect(files.filter((file) => !/^assets\/.+-[\w-]{8}\.\w+$/.test(file))).toEqual([]);
});
