import { randomUUIDv7 } from "node:crypto";
import { ALERT_SEVERITIES, createSilence, type Db, endSilence, listSilences, type SilenceRow } from "@verdict/db";
import { plainText } from "@verdict/provider";
import { z } from "zod";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";

export type SilenceDeps = { db: Db; now: () => Date };

const instant = z.iso.datetime();
const matchers = {
  rule: plainText(200).nullable().default(null),
  route: plainText(200).nullable().default(null),
  severity: z.enum(ALERT_SEVERITIES).nullable().default(null),
};

const SilenceSchema = z.object({
  id: z.uuid(),
  rule: z.string().nullable(),
  route: z.string().nullable(),
  severity: z.enum(ALERT_SEVERITIES).nullable(),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: instant,
  startsAt: instant,
  expiresAt: instant,
  endedBy: z.string().nullable(),
  active: z.boolean(),
});

const LONGEST_DAYS = 31;

const listCall = call({
  id: "listSilences",
  tag: "Alerts",
  permission: "alerts.read",
  concerns: "everything",
  method: "get",
  path: "/v1/silences",
  summary: "List silences that are in force or will be, newest first; the latest 200",
  request: { query: z.object({ all: z.stringbool().default(false).describe("Those that are over as well") }) },
  answers: { 200: json(z.object({ items: z.array(SilenceSchema) }), "The silences") },
});

const createCall = call({
  id: "createSilence",
  tag: "Alerts",
  permission: "silences.write",
  concerns: "everything",
  method: "post",
  path: "/v1/silences",
  summary:
    "Keep alerts from being told for a while. They are raised and recorded all the same, and told if they outlast it",
  request: {
    body: jsonBody(
      z
        .strictObject({ ...matchers, reason, startsAt: instant.optional(), expiresAt: instant })
        .describe("A matcher that is left out fits all"),
    ),
  },
  answers: { 201: json(SilenceSchema, "The silence") },
});

const endCall = call({
  id: "endSilence",
  tag: "Alerts",
  permission: "silences.write",
  concerns: "everything",
  method: "delete",
  path: "/v1/silences/{id}",
  summary: "End a silence now. What it kept from being told, and goes on, is told",
  request: { params: byId },
  answers: { 200: json(SilenceSchema, "The silence as it stands now") },
  refuses: ["not_found"],
});

export const silenceRoutes = ({ db, now }: SilenceDeps) =>
  calls()
    .openapi(listCall, async (c) => {
      const at = now();
      const rows = await listSilences(db, { now: at, all: c.req.valid("query").all, limit: 200 });
      return c.json({ items: rows.map((row) => describeSilence(row, at)) }, 200);
    })
    .openapi(createCall, async (c) => {
      const at = now();
      const { startsAt: start, expiresAt: end, ...wanted } = c.req.valid("json");
      const [startsAt, expiresAt] = [start ? new Date(start) : at, new Date(end)];
      const latest = Math.max(at.getTime(), startsAt.getTime());
      const days = (expiresAt.getTime() - startsAt.getTime()) / 86_400_000;
      if (expiresAt.getTime() <= latest || days > LONGEST_DAYS) {
        const message = `expected a time after now and its start, at most ${LONGEST_DAYS} days after that`;
        return problem(c, "invalid_request", {
          detail: `expiresAt: ${message}`,
          errors: [{ path: "expiresAt", message }],
        });
      }
      const silence = { id: randomUUIDv7(), ...wanted, createdBy: c.var.caller.id, createdAt: at, startsAt, expiresAt };
      return c.json(describeSilence(await createSilence(db, silence), at), 201);
    })
    .openapi(endCall, async (c) => {
      const { id } = c.req.valid("param");
      const at = now();
      const ended = await endSilence(db, id, { by: c.var.caller.id, at });
      if (ended) return c.json(describeSilence(ended, at), 200);
      return problem(c, "not_found", { detail: `There is no silence ${id} in force.` });
    });

const describeSilence = (row: SilenceRow, now: Date): z.output<typeof SilenceSchema> => ({
  ...{ id: row.id, rule: row.rule, route: row.route, severity: row.severity, reason: row.reason },
  ...{ createdBy: row.createdBy, endedBy: row.endedBy },
  createdAt: row.createdAt.toISOString(),
  startsAt: row.startsAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  active: row.startsAt <= now && now < row.expiresAt,
});
