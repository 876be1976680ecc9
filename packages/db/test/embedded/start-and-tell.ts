import { startEmbeddedPostgres } from "../../src/embedded/index.ts";

/** Starts a server on a folder and prints it; a test then kills this process. */
const [dataDir = "", password = ""] = process.argv.slice(2);
const { pid, url } = await startEmbeddedPostgres({ dataDir, password });
process.stdout.write(`${JSON.stringify({ pid, url })}\n`);
