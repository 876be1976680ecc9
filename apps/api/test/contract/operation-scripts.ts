import { QueueUnavailableError } from "@verdict/queue";
import { givenVerification } from "@verdict/testkit";
import type { Scripts } from "./ask.ts";
import { fresh, givenWork, made } from "./given.ts";
import type { World } from "./world.ts";

const reason = "mended";
const erasure = () => ({ merchantUserId: fresh(), reason });

const withVerification = async ({ db }: World) => {
  await givenVerification(db, { status: "passed" });
  return {};
};

/** The work, the figures, the exports, and what else keeps an installation going. */
export const operationScripts: Scripts = {
  listWork: {
    answers: {
      "200": async (world) => {
        await givenWork(world);
        return { query: { limit: "1" } };
      },
    },
  },
  getWork: { answers: { "200": async (world) => ({ id: await givenWork(world) }) } },
  redriveWork: {
    sample: { body: { filter: {}, reason } },
    answers: {
      "200": async (world) => ({ body: { ids: [await givenWork(world)], reason } }),
      queue_unavailable: ({ s }) => ({
        to: s.apiWith({ redrive: () => Promise.reject(new QueueUnavailableError("The queue does not take it.")) }),
      }),
    },
  },
  getStatistics: { answers: { "200": withVerification } },
  getNow: { answers: { "200": withVerification } },
  listRefusals: { answers: { "200": () => ({}) } },
  listActions: {
    answers: {
      "200": async (world) => {
        await made(world, "/v1/erasures", erasure());
        return { query: { limit: "3" } };
      },
    },
  },
  exportVerifications: {
    answers: {
      "200 text/csv": async (world) => ({ ...(await withVerification(world)), query: { format: "csv" } }),
      "200 application/x-ndjson": async (world) => ({
        ...(await withVerification(world)),
        query: { format: "ndjson" },
      }),
    },
  },
  erasePerson: { sample: { body: erasure() }, answers: { "202": () => ({ body: erasure() }) } },
  listErasures: {
    answers: {
      "200": async (world) => {
        await made(world, "/v1/erasures", erasure());
        return { query: { limit: "1" } };
      },
    },
  },
  getErasure: { answers: { "200": async (world) => ({ id: await made(world, "/v1/erasures", erasure()) }) } },
  getRetention: { asksNoDatabase: true, answers: { "200": () => ({}) } },
  listRetentionRuns: { answers: { "200": () => ({}) } },
};
