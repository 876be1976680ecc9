import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, globSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../free-port.ts";
import { runTool } from "./run-tool.ts";

/** The programs of an installed Postgres, server and pg_dump of one version. */
export type Installed = { bin: string; major: number };

/** A server of the machine's own Postgres, as an installation would have it beside Verdict. */
export type OwnServer = { url: string; stop(): Promise<void> };

const PROGRAMS = ["initdb", "postgres", "pg_dump", "pg_restore"];
/** `nobody`: Postgres refuses to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const account = () => (process.getuid?.() === 0 ? NOBODY : {});

/** The newest Postgres that Debian's packages have put here with all its programs; null: none. */
export function findInstalled(): Installed | null {
  const found = globSync("/usr/lib/postgresql/*/bin").flatMap((bin) => {
    const major = Number(bin.split("/").at(-2));
    return PROGRAMS.every((name) => existsSync(join(bin, name))) ? [{ bin, major }] : [];
  });
  return found.sort((a, b) => b.major - a.major)[0] ?? null;
}

/** Makes and starts a server with an empty database `verdict` in a folder that is not there yet. */
export async function startOwnServer({ bin }: Installed, folder: string): Promise<OwnServer> {
  mkdirSync(folder, { mode: 0o700 });
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, "drill");
  const { uid, gid } = { uid: undefined, gid: undefined, ...account() };
  if (uid !== undefined && gid !== undefined) for (const path of [folder, passwordFile]) chownSync(path, uid, gid);

  const data = join(folder, "data");
  const how = ["-U", "verdict", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", `--pwfile=${passwordFile}`];
  await runTool(join(bin, "initdb"), ["-D", data, ...how], { ...account(), cwd: folder });
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", `port=${port}`];
  const server = spawn(join(bin, "postgres"), ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: folder,
    ...account(),
  });
  const gone = once(server, "exit");
  for await (const line of createInterface({ input: server.stderr })) if (line.includes("ready to accept")) break;
  server.stderr.resume();
  const url = (name: string) => `postgres://verdict:drill@127.0.0.1:${port}/${name}`;
  await runTool(join(bin, "createdb"), ["--maintenance-db", url("postgres"), "verdict"]);
  return {
    url: url("verdict"),
    async stop() {
      server.kill("SIGINT");
      await gone;
    },
  };
}
