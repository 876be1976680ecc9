// Installs what is missing, with the pnpm this repository pins. Plain JavaScript: it must run on whatever Node a machine has.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const { packageManager } = JSON.parse(readFileSync("package.json", "utf8"));
const stamp = "node_modules/.setup";
const wanted = createHash("sha256")
  .update(readFileSync("pnpm-lock.yaml"))
  .update(readFileSync("pnpm-workspace.yaml"))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  // The lockfile pins every package by its hash. Checking their ages once more would fetch the history of each of them.
  const install = ["install", "--frozen-lockfile", "--prefer-offline", "--config.minimum-release-age=0"];
  const talk = process.stderr.isTTY ? [] : ["--loglevel=error"];
  console.error("Installing what is missing: about 200 MB the first time.");
  const { status, error } = spawnSync("npx", ["-y", packageManager, ...install, ...talk], { stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    console.error(error ? `Could not run npx: ${error.message}` : "The installation failed; its output is above.");
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

const node = spawnSync("node_modules/.bin/node", ["--version"], { encoding: "utf8" });
const version = node.status === 0 ? node.stdout.trim() : process.version;
if (Number(version.slice(1).split(".")[0]) < 24) {
  console.error(
    `Verdict runs on Node 24 or later, and this machine offers ${version}. ` +
      "No Node 24 package exists for this platform: please install Node 24.",
  );
  process.exit(1);
}
