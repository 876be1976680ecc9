import { ROOT } from "./source-files.ts";
import { installedPackages } from "./supply-chain/installed-packages.ts";
import { refusedLicences } from "./supply-chain/licences.ts";

const packages = installedPackages(process.argv[2] ?? ROOT);
const refused = refusedLicences(packages);
for (const line of refused) process.stderr.write(`${line}\n`);
process.stdout.write(`${packages.length} production packages, ${refused.length} under licences that are not allowed\n`);
process.exitCode = refused.length > 0 ? 1 : 0;
