import { contest } from "../contest.ts";
import { BARE, naiveOn, startBare, startNaive } from "../contestants/opponents.ts";
import { startBullmqPeer, startPostgresPeer } from "../contestants/peers/start-peers.ts";
import { startWebhook, webhookVersion } from "../contestants/peers/start-webhook.ts";
import { startVerdict, verdictWith } from "../contestants/verdict.ts";
import { inOwnStage } from "../lab.ts";
import { contestTable } from "../report/contest-table.ts";
import { packageVersion } from "../report/package-version.ts";
import type { Slice } from "../slice.ts";
import { pooled, type Section } from "./section.ts";

const PACKAGES = ["fastify", "express", "pg-boss", "graphile-worker"];

export const peers: Section = {
  title: "Beside what else one would take",
  how:
    "The same endpoint with other frameworks and queues: query and token are checked by the same code, then one job is added for " +
    "each callback, as their manuals have it. 64 connections; each store is counted against the answers. BullMQ is on the Redis " +
    "with `everysec`; pg-boss and graphile-worker, like verdict's `postgres,queue`, on Postgres with every commit synced. Debian's " +
    "`webhook` runs /bin/true for each request, checks no token and stores nothing; what /bin/true costs is not in its CPU.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const [postgres, queue] = [verdictWith("postgres,queue"), verdictWith("queue,postgres")];
      const webhook = await startWebhook(own);
      const contestants = [
        await startBare(own),
        ...(await startNaive(own, "everysec")),
        await startVerdict(own, "postgres,queue", "peers_postgres"),
        ...(own.stores.redis ? [await startVerdict(own, "queue,postgres", "peers_queue")] : []),
        ...(await startBullmqPeer(own, "fastify")),
        ...(await startBullmqPeer(own, "express")),
        await startPostgresPeer(own, "pg-boss"),
        await startPostgresPeer(own, "graphile-worker"),
        ...webhook,
      ];
      const held = await contest(own, "peers", contestants, {
        pace: { kind: "closed", seconds: lab.options.seconds },
        connections: 64,
        callbacks: "genuine",
      });
      const rate = { name: "answers/s", of: (slice: Slice) => slice.rate };
      const bases = [BARE, naiveOn("everysec"), postgres, queue];
      const versions = PACKAGES.map((name) => `${name} ${packageVersion(name)}`).join(", ");
      return {
        tables: [{ title: "Peers at full load", table: contestTable(held.slices, bases, rate) }],
        ratios: {},
        notes: [
          `Peers: ${versions}.`,
          webhook.length > 0 ? `${webhookVersion()}.` : "This machine has no `webhook`; it is left out.",
        ],
        ...pooled([held]),
      };
    }),
};
