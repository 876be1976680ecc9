import { givenPerson } from "../access/callers.ts";
import { NOTHING, type Scripts } from "./ask.ts";
import { done, fresh, givenAlert, givenDiscrepancy, made } from "./given.ts";
import type { World } from "./world.ts";

const reason = "looked into";

const silence = () => ({ reason, rule: "a test", expiresAt: new Date(Date.now() + 3_600_000).toISOString() });

const channel = () => ({
  name: fresh(),
  // This machine may be sent to, and nobody listens.
  config: { kind: "webhook", url: "http://127.0.0.1:9/hook", secrets: [`whsec_${btoa("only tests know this one")}`] },
});
const givenChannel = (world: World, changes: object = {}) => made(world, "/v1/channels", { ...channel(), ...changes });

/** An alert that somebody has resolved. */
const resolved = async (world: World) => {
  const id = await givenAlert(world);
  await done(world, `/v1/alerts/${id}/resolve`, { reason });
  return { id };
};

export const alertScripts: Scripts = {
  listAlerts: {
    answers: {
      "200": async (world) => {
        await givenAlert(world);
        return { query: { status: "open", limit: "1" } };
      },
    },
  },
  getAlert: { answers: { "200": async (world) => ({ id: await givenAlert(world) }) } },
  acknowledgeAlert: {
    sample: { body: {} },
    answers: {
      "200": async (world) => ({ id: await givenAlert(world), body: { reason } }),
      already_resolved: resolved,
    },
  },
  resolveAlert: {
    sample: { body: { reason } },
    answers: { "200": async (world) => ({ id: await givenAlert(world) }), already_resolved: resolved },
  },
  assignAlert: {
    sample: { body: { assignee: NOTHING } },
    answers: {
      "200": async (world) => ({
        id: await givenAlert(world),
        body: { assignee: (await givenPerson(world, { role: "operator" })).id, reason },
      }),
      already_resolved: async (world) => ({
        ...(await resolved(world)),
        body: { assignee: (await givenPerson(world, { role: "operator" })).id },
      }),
    },
  },
  noteOnAlert: {
    sample: { body: { note: reason } },
    answers: { "200": async (world) => ({ id: await givenAlert(world) }) },
  },
  listColleagues: {
    answers: {
      "200": async (world) => {
        await givenPerson(world, { role: "operator" });
        return {};
      },
    },
  },
  listDiscrepancies: {
    answers: {
      "200": async (world) => {
        await givenDiscrepancy(world);
        return { query: { status: "open" } };
      },
    },
  },
  resolveDiscrepancy: {
    sample: { body: { reason } },
    answers: {
      "200": async (world) => ({ id: await givenDiscrepancy(world) }),
      already_resolved: async (world) => {
        const id = await givenDiscrepancy(world);
        await done(world, `/v1/discrepancies/${id}/resolve`, { reason });
        return { id };
      },
    },
  },
  listSilences: {
    answers: {
      "200": async (world) => {
        await made(world, "/v1/silences", silence());
        return { query: { all: "true" } };
      },
    },
  },
  createSilence: { sample: { body: silence() }, answers: { "201": () => ({}) } },
  endSilence: { answers: { "200": async (world) => ({ id: await made(world, "/v1/silences", silence()) }) } },
  listChannels: {
    answers: {
      "200": async (world) => {
        await givenChannel(world);
        return {};
      },
    },
  },
  createChannel: {
    sample: { body: channel() },
    answers: {
      "201": () => ({ body: channel() }),
      name_taken: async (world) => {
        const name = fresh();
        await givenChannel(world, { name });
        return { body: { ...channel(), name } };
      },
    },
  },
  changeChannel: {
    sample: { body: { step: 1 } },
    answers: {
      "200": async (world) => ({ id: await givenChannel(world) }),
      name_taken: async (world) => {
        const name = fresh();
        await givenChannel(world, { name });
        return { id: await givenChannel(world), body: { name } };
      },
    },
  },
  deleteChannel: { answers: { "204": async (world) => ({ id: await givenChannel(world) }) } },
  testChannel: { answers: { "200": async (world) => ({ id: await givenChannel(world) }) } },
};
