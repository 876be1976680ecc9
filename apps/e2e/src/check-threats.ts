import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { faultsOfThreats, readThreats } from "./read-threats.ts";
import { ROOT } from "./source-files.ts";

const read = (path: string) => {
  const file = join(ROOT, path);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
};
const threats = readThreats(read("docs/threat-model.md") ?? "");
const faults = threats.length === 0 ? ["docs/threat-model.md names no threat"] : faultsOfThreats(threats, read);
for (const fault of faults) process.stderr.write(`${fault}\n`);
const tests = threats.reduce((sum, threat) => sum + threat.tests.length, 0);
process.stdout.write(`${threats.length} threats, ${tests} tests, ${faults.length} faults\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
