import { randomUUIDv7 } from "node:crypto";
import {
  type Channel,
  changeChannel,
  createChannel,
  type Db,
  deleteChannel,
  findChannel,
  isChannelNameTaken,
  listChannels,
} from "@verdict/db";
import {
  type AllowList,
  checkChannel,
  type DeliveryClient,
  explainRefusal,
  type Resolve,
  runbookLink,
  send,
  splitSecrets,
} from "@verdict/delivery";
import { type DetailCipher, sealChannelSecrets } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { invalidRequest, problem } from "../http/problem.ts";
import { json, jsonBody } from "../http/responses.ts";
import { ChannelChange, ChannelSchema, configOf, describeChannel, NewChannel, readConfig } from "./channel-schemas.ts";

export type ChannelDeps = {
  db: Db;
  now: () => Date;
  cipher: DetailCipher;
  /** Where people find the console, and the runbook. */
  publicUrl: string;
  /** What sends, and what it may send to. */
  delivery: { client: DeliveryClient; allowed: AllowList; resolve: Resolve };
};

const declared = { tag: "Alerts", concerns: "everything" } as const;

const listCall = call({
  ...declared,
  id: "listChannels",
  permission: "channels.read",
  method: "get",
  path: "/v1/channels",
  summary: "List the channels alerts are told to",
  answers: { 200: json(z.object({ items: z.array(ChannelSchema) }), "The channels") },
});

const createCall = call({
  ...declared,
  id: "createChannel",
  permission: "channels.write",
  method: "post",
  path: "/v1/channels",
  summary: "Add a channel. Alerts that are open are told to it as well",
  request: { body: jsonBody(NewChannel) },
  answers: { 201: json(ChannelSchema, "The channel") },
  refuses: ["name_taken"],
});

const changeCall = call({
  ...declared,
  id: "changeChannel",
  permission: "channels.write",
  method: "patch",
  path: "/v1/channels/{id}",
  summary: "Change a channel. A configuration is replaced as a whole",
  request: { params: byId, body: jsonBody(ChannelChange) },
  answers: { 200: json(ChannelSchema, "The channel as it stands now") },
  refuses: ["not_found", "name_taken"],
});

const deleteCall = call({
  ...declared,
  id: "deleteChannel",
  permission: "channels.write",
  method: "delete",
  path: "/v1/channels/{id}",
  summary: "Delete a channel. What was told to it stays on record",
  request: { params: byId },
  answers: { 204: { description: "It is gone" } },
  refuses: ["not_found"],
});

const Tried = z.object({
  outcome: z.enum(["sent", "failed"]),
  reason: z.string().optional(),
  detail: z.string().optional(),
});

const testCall = call({
  ...declared,
  id: "testChannel",
  permission: "channels.write",
  method: "post",
  path: "/v1/channels/{id}/test",
  summary: "Send a test to a channel, and tell how that went",
  request: { params: byId },
  answers: { 200: json(Tried, "How it went") },
  refuses: ["not_found"],
});

export const channelRoutes = ({ db, now, cipher, delivery, publicUrl }: ChannelDeps) => {
  /** What is stored of a configuration; a response when it may not be. */
  const store = async (c: Context, channelId: string, given: unknown) => {
    const read = readConfig(given);
    if (!read.success) return { refused: invalidRequest(c, read.error) };
    const checked = await checkChannel(read.data.config, delivery);
    if (!checked.ok) {
      const fault = { path: `config.${checked.field}`, message: explainRefusal(checked.reason) };
      return { refused: problem(c, "invalid_request", { detail: fault.message, errors: [fault] }) };
    }
    const { kind, ...open } = splitSecrets(read.data.config).open;
    const secrets = sealChannelSecrets(cipher, channelId, splitSecrets(read.data.config).secrets);
    return { stored: { kind: read.data.config.kind, config: open, secrets } };
  };

  return calls()
    .openapi(listCall, async (c) => {
      const rows = await listChannels(db);
      return c.json({ items: rows.map((row) => describeChannel(row, cipher)) }, 200);
    })
    .openapi(createCall, async (c) => {
      const { config, ...wanted } = c.req.valid("json");
      const [id, at] = [randomUUIDv7(), now()];
      const { stored, refused } = await store(c, id, config);
      if (!stored) return refused;
      const channel: Channel = { id, ...wanted, ...stored, createdAt: at, updatedAt: at };
      const created = await createChannel(db, channel, c.var.caller.id);
      return created ? c.json(describeChannel(created, cipher), 201) : problem(c, "name_taken");
    })
    .openapi(changeCall, async (c) => {
      const { id } = c.req.valid("param");
      const { config, ...wanted } = c.req.valid("json");
      if (!(await findChannel(db, id))) return noSuchChannel(c, id);
      const { stored, refused } = config ? await store(c, id, config) : UNCHANGED;
      if (refused) return refused;
      const given = Object.entries({ ...wanted, ...stored }).filter(([, value]) => value !== undefined);
      try {
        const by = { by: c.var.caller.id, at: now() };
        const changed = await changeChannel(db, id, Object.fromEntries(given), by);
        return changed ? c.json(describeChannel(changed, cipher), 200) : noSuchChannel(c, id);
      } catch (error) {
        if (isChannelNameTaken(error)) return problem(c, "name_taken");
        throw error;
      }
    })
    .openapi(deleteCall, async (c) => {
      const { id } = c.req.valid("param");
      const deleted = await deleteChannel(db, id, { by: c.var.caller.id, at: now() });
      return deleted ? c.body(null, 204) : noSuchChannel(c, id);
    })
    .openapi(testCall, async (c) => {
      const { id } = c.req.valid("param");
      const channel = await findChannel(db, id);
      if (!channel) return noSuchChannel(c, id);
      const outcome = await send(configOf(channel, cipher), testNotice(id, publicUrl, now()), {
        client: delivery.client,
        now,
      });
      if (outcome.outcome === "sent") return c.json({ outcome: "sent" as const }, 200);
      return c.json({ outcome: "failed" as const, reason: outcome.reason, detail: outcome.detail }, 200);
    });
};

const UNCHANGED = { stored: {}, refused: undefined };

const noSuchChannel = (c: Context, id: string) => problem(c, "not_found", { detail: `There is no channel ${id}.` });

const testNotice = (channelId: string, publicUrl: string, at: Date) => ({
  ...({ kind: "test", rule: "test", severity: "warning", route: null, environment: "live", count: 1 } as const),
  noticeId: randomUUIDv7(),
  alertId: channelId,
  title: "Alerts are told here",
  summary: "Somebody tries this channel out. Nothing has happened.",
  ...{ since: at, firstAt: at, lastAt: at },
  deepLink: `${publicUrl}/alerts`,
  runbookLink: runbookLink(`${publicUrl}/runbook`, "test"),
});
