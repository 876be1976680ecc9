import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CONSOLE = fileURLToPath(new URL("../../../console/", import.meta.url));
const LOCKFILE = fileURLToPath(new URL("../../../../pnpm-lock.yaml", import.meta.url));
/** In the build itself: what it was made from. */
const STAMP = ".sources";

/**
 * Builds the console if what it is made from has changed since the last time. Two at once do no harm: each builds in a folder of its
 * own, and the last one stays. False: it could not be built; the API works without it, and the reason was said.
 */
export async function buildConsole(say: (line: string) => void, root = CONSOLE): Promise<boolean> {
  try {
    return await buildIfChanged(say, root);
  } catch (error) {
    say(`the console could not be built and is not served: ${error}`);
    return false;
  }
}

async function buildIfChanged(say: (line: string) => void, root: string): Promise<boolean> {
  const dist = join(root, "dist");
  const sources = await hashSources(root);
  const built = await readFile(join(dist, STAMP), "utf8").catch(() => null);
  if (built === sources) return true;

  say("building the console, a few seconds the first time");
  const own = join(root, `.dist-${randomUUID()}`);
  try {
    const problem = await runVite(root, own);
    if (problem !== null) {
      say(`the console could not be built and is not served:\n${problem}`);
      return false;
    }
    await writeFile(join(own, STAMP), sources);
    await rm(dist, { recursive: true, force: true });
    await rename(own, dist);
    return true;
  } catch (error) {
    // Somebody else's build may have come between; then there is one.
    const there = await readFile(join(dist, STAMP), "utf8").catch(() => null);
    if (there !== sources) say(`the console could not be built and is not served: ${error}`);
    return there === sources;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** One hash over everything the build reads: sources, settings, and the versions of what it bundles. */
async function hashSources(root: string): Promise<string> {
  const folders = ["src", "public", "../../packages/client/src"];
  const single = ["index.html", "package.json", "vite.config.ts"].map((name) => join(root, name));
  const nested = await Promise.all(folders.map((folder) => filesIn(join(root, folder))));
  const paths = [...nested.flat().sort(), ...single, LOCKFILE];
  const hash = createHash("sha256");
  for (const path of paths)
    hash
      .update(path.slice(root.length))
      .update("\0")
      .update(await readFile(path));
  return hash.digest("hex");
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** Null when it went well, else what it said. */
async function runVite(root: string, outDir: string): Promise<string | null> {
  const manifest = createRequire(join(root, "package.json")).resolve("vite/package.json");
  const child = spawn(
    process.execPath,
    [join(dirname(manifest), "bin/vite.js"), "build", "--outDir", outDir, "--logLevel", "error"],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NODE_ENV: "production" } },
  );
  const said: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const [code] = await once(child, "close");
  return code === 0 ? null : said.join("").trim() || `vite ended with ${code}`;
}
