import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./source-files.ts";

/** What the supervisor loads before an app, for it to be there sooner. */
export const LOAD_QUICKLY = pathToFileURL(join(ROOT, "apps/cli/src/stack/load-quickly.ts")).href;

const NAMES = ["PATH", "HOME", "TMPDIR", "NODE_COMPILE_CACHE"];

/** Of our environment what every process needs, and nothing that the test runner adds. */
export const inheritedEnvironment = (): Record<string, string> =>
  Object.fromEntries(NAMES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
