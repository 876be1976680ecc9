import { parseArgs } from "node:util";
import { findInstalled } from "./drill/own-server.ts";
import { runDrill } from "./drill/run-drill.ts";
import type { How } from "./drill/stores.ts";

const USAGE = "npm run drill -- [--how dump|files|both] [--sessions 60] [--json]";

const { values } = parseArgs({
  options: {
    how: { type: "string", default: findInstalled() ? "both" : "files" },
    sessions: { type: "string", default: "60" },
    json: { type: "boolean", default: false },
  },
});
const hows = ({ dump: ["dump"], files: ["files"], both: ["dump", "files"] } as Record<string, How[]>)[values.how];
const sessions = Number(values.sessions);
if (!hows || !Number.isInteger(sessions) || sessions < 1) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(1);
}

const began = performance.now();
const say = (line: string) =>
  void process.stderr.write(`${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`);
const results = [];
for (const how of hows) results.push(await runDrill({ how, sessions, more: Math.ceil(sessions / 3), say }));

for (const { how, findings, seconds, backupMiB, begunSince } of values.json ? [] : results) {
  const figures = `backup ${seconds.backUp.toFixed(1)} s, ${backupMiB.toFixed(1)} MiB; restored and ready in ${seconds.restore.toFixed(1)} s`;
  process.stdout.write(`\n${how}: ${figures}; ${begunSince} sessions begun after the backup are not in it\n`);
  for (const { what, holds, detail } of findings) {
    process.stdout.write(`${holds ? "holds " : "BROKEN"}  ${what} (${detail})\n`);
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
const broken = results.flatMap(({ findings }) => findings).filter(({ holds }) => !holds);
if (!values.json)
  process.stdout.write(`\n${broken.length === 0 ? "The drill held." : `${broken.length} findings are broken.`}\n`);
process.exit(broken.length === 0 ? 0 : 1);
