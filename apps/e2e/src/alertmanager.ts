import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { ChannelReceiver } from "./channel-receivers.ts";
import { freePort } from "./free-port.ts";

/** Debian's name, then the one of the project's own builds. */
const NAMES = ["prometheus-alertmanager", "alertmanager"];

const Held = z.array(z.object({ labels: z.record(z.string(), z.string()), updatedAt: z.coerce.date() }));

/**
 * The machine's own Alertmanager as a channel; null when it has none. What it heard and when is read from itself by `read`:
 * `updatedAt` is when it took an alert.
 */
export async function startAlertmanager(
  folder: string,
  subject: RegExp,
): Promise<(ChannelReceiver & { read(): Promise<void> }) | null> {
  const binary = NAMES.find((name) => spawnSync(name, ["--version"]).status === 0);
  if (!binary) return null;
  const config = join(folder, "alertmanager.yml");
  await writeFile(config, "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
  const url = `http://127.0.0.1:${await freePort()}`;
  const settings = [`--config.file=${config}`, `--storage.path=${folder}`, "--cluster.listen-address="];
  const server = spawn(binary, [...settings, `--web.listen-address=${url.slice("http://".length)}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const gone = once(server, "exit");
  for await (const line of createInterface({ input: server.stderr })) if (/Listening on/i.test(line)) break;
  server.stderr.resume();
  const heard = new Map<string, number>();
  return {
    kind: "alertmanager",
    config: { kind: "alertmanager", url },
    heard,
    async read() {
      for (const { labels, updatedAt } of Held.parse(await (await fetch(`${url}/api/v2/alerts`)).json())) {
        const [found] = subject.exec(labels.route ?? "") ?? [];
        if (found !== undefined && !heard.has(found)) heard.set(found, updatedAt.getTime());
      }
    },
    async stop() {
      server.kill("SIGTERM");
      await gone;
    },
  };
}
