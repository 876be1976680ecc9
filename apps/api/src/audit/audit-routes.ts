import { type Db, type HumanAction, listHumanActions } from "@verdict/db";
import { plainText } from "@verdict/provider";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { pageSchema } from "../http/cursor.ts";
import { instant } from "../http/instant.ts";
import { pageOf, pageQuery } from "../http/newest-first.ts";
import { json } from "../http/responses.ts";

export type AuditDeps = { db: Db };

const ActionSchema = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  actor: z.string().describe("The id of a person or a key; else bootstrap, cli, oidc or stranger"),
  actorName: z.string().nullable(),
  action: z.string(),
  subject: z.string().describe("What it was done to"),
  route: z.string().nullable(),
  verificationId: z.uuid().nullable(),
  reason: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
});

const listCall = call({
  id: "listActions",
  tag: "Audit",
  permission: "audit.read",
  concerns: "routes",
  method: "get",
  path: "/v1/audit",
  summary: "List what people and machines did, and why, newest first",
  request: {
    query: z.object({
      actor: plainText(200).optional(),
      action: plainText(200).optional().describe("One, like alert.resolve, or all of a kind, like alert"),
      subject: plainText(200).optional(),
      route: plainText(200).optional(),
      verificationId: z.guid().optional(),
      from: instant.optional(),
      to: instant.optional(),
      ...pageQuery,
    }),
  },
  answers: { 200: json(pageSchema(ActionSchema), "A page; nextCursor is null on the last one") },
});

export const auditRoutes = ({ db }: AuditDeps) =>
  calls().openapi(listCall, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const wanted = { ...filter, routes: c.var.caller.routes };
    const rows = await listHumanActions(db, wanted, { limit: limit + 1, after: cursor });
    const places = rows.map((row) => ({ ...row, openedAt: row.at }));
    return c.json(pageOf(places, limit, describeAction), 200);
  });

const describeAction = (row: HumanAction & { actorName: string | null }): z.output<typeof ActionSchema> => ({
  ...{ id: row.id, at: row.at.toISOString(), actor: row.actor, actorName: row.actorName },
  ...{ action: row.action, subject: row.subject, route: row.route, verificationId: row.verificationId },
  ...{ reason: row.reason, before: row.before, after: row.after },
});
