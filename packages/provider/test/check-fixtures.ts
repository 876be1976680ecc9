import { existsSync } from "node:fs";
import { RETURN_CODES } from "../src/return-codes.ts";
import { DOCUMENTED_SUB_CODES } from "../src/sub-codes.ts";

/** Lists every documented return code and sub-code, and fails when one has no answer on file to be tested with. */
const documented = [
  ...RETURN_CODES.map(({ code, httpStatus, class: meaning }) => ({ name: code, means: `${httpStatus} ${meaning}` })),
  ...DOCUMENTED_SUB_CODES.map(({ product, subCode, meaning }) => ({ name: `${product}-${subCode}`, means: meaning })),
];
const lacks = ({ name }: { name: string }) => !existsSync(new URL(`fixtures/answers/${name}.json`, import.meta.url));
const missing = documented.filter(lacks);

if (process.argv.includes("--list")) {
  for (const code of documented)
    process.stdout.write(`${code.name.padEnd(36)}${code.means}${lacks(code) ? "  MISSING" : ""}\n`);
}
process.stdout.write(`${documented.length} documented codes, ${missing.length} without a fixture\n`);
for (const { name } of missing) process.stderr.write(`no fixture: ${name}\n`);
process.exitCode = missing.length > 0 ? 1 : 0;
