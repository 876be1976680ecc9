import { violationsIn } from "./import-rules.ts";
import { sourceFiles } from "./source-files.ts";

const files = sourceFiles();
const violations = files.flatMap(violationsIn);
for (const violation of violations) process.stderr.write(`${violation}\n`);
process.stdout.write(`${files.length} files, ${violations.length} against the import rules\n`);
process.exitCode = violations.length > 0 ? 1 : 0;
