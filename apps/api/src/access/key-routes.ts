import { randomUUIDv7 } from "node:crypto";
import { type ApiKey, type Db, findApiKey, insertApiKey, listApiKeys, revokeApiKey, rotateApiKey } from "@verdict/db";
import { mayGrant } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import type { Context } from "hono";
import { z } from "zod";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { pageSchema } from "../http/cursor.ts";
import { instant } from "../http/instant.ts";
import { pageOf, pageQuery } from "../http/newest-first.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";
import { routesSchema, scopesSchema } from "./grant-schemas.ts";
import { newKey } from "./key-format.ts";

export type KeyRoutesDeps = { db: Db; now: () => Date };

const time = z.iso.datetime();

const KeySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().describe("How the key begins"),
  status: z.enum(["active", "expired", "revoked"]),
  scopes: z.array(z.string()),
  routes: z.array(z.string()).nullable(),
  createdBy: z.string(),
  createdAt: time,
  lastUsedAt: time.nullable().describe("To the minute"),
  expiresAt: time.nullable(),
  previousGoodUntil: time.nullable().describe("After a rotation: how long the key before it is good"),
  revokedAt: time.nullable(),
  revokedBy: z.string().nullable(),
});

const MadeSchema = KeySchema.extend({ key: z.string().describe("The key itself. Shown this once") });

const listCall = call({
  id: "listKeys",
  tag: "Access",
  permission: "keys.read",
  concerns: "everything",
  method: "get",
  path: "/v1/keys",
  summary: "List the keys of machines, newest first, also those that are no longer good",
  request: { query: z.object(pageQuery) },
  answers: { 200: json(pageSchema(KeySchema), "A page; nextCursor is null on the last one") },
});

const createCall = call({
  id: "createKey",
  tag: "Access",
  permission: "keys.write",
  concerns: "everything",
  method: "post",
  path: "/v1/keys",
  summary: "Make a key for a machine, with no more rights than your own",
  request: {
    body: jsonBody(
      z.strictObject({
        name: plainText(200),
        scopes: scopesSchema,
        routes: routesSchema.default(null),
        expiresAt: instant.nullable().default(null),
        reason: reason.optional(),
      }),
    ),
  },
  answers: { 201: json(MadeSchema, "The key") },
});

const rotateCall = call({
  id: "rotateKey",
  tag: "Access",
  permission: "keys.write",
  concerns: "everything",
  method: "post",
  path: "/v1/keys/{id}/rotate",
  summary: "Give a key a new secret. The old one stays good for a while, so that nobody is cut off",
  request: {
    params: byId,
    body: jsonBody(
      z.strictObject({
        overlapSeconds: z
          .int()
          .min(0)
          .max(7 * 86_400)
          .default(86_400),
        reason: reason.optional(),
      }),
    ),
  },
  answers: { 200: json(MadeSchema, "The key with its new secret") },
  refuses: ["not_found", "already_revoked"],
});

const revokeCall = call({
  id: "revokeKey",
  tag: "Access",
  permission: "keys.write",
  concerns: "everything",
  method: "delete",
  path: "/v1/keys/{id}",
  summary: "End a key for good. It is refused everywhere within a second",
  request: { params: byId, query: z.object({ reason: reason.optional() }) },
  answers: { 200: json(KeySchema, "The key, revoked") },
  refuses: ["not_found", "already_revoked"],
});

export const keyRoutes = ({ db, now }: KeyRoutesDeps) =>
  calls()
    .openapi(listCall, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await listApiKeys(db, { limit: limit + 1, after: cursor });
      const places = rows.map((row) => ({ ...row, openedAt: row.createdAt }));
      return c.json(
        pageOf(places, limit, (row) => describeKey(row, now())),
        200,
      );
    })
    .openapi(createCall, async (c) => {
      const { reason = null, ...wanted } = c.req.valid("json");
      if (!mayGrant(c.var.caller, wanted.scopes, wanted.routes)) return problem(c, "forbidden", BEYOND);
      const { key, hash, prefix } = newKey();
      const by = { by: c.var.caller.id, at: now(), reason };
      const made = await insertApiKey(db, { ...wanted, id: randomUUIDv7(), hash, prefix }, by);
      return c.json({ ...describeKey(made, now()), key }, 201);
    })
    .openapi(rotateCall, async (c) => {
      const { id } = c.req.valid("param");
      const { overlapSeconds, reason = null } = c.req.valid("json");
      const held = await findApiKey(db, id);
      if (!held) return noSuchKey(c, id);
      // Whoever gets the new secret gets its rights.
      if (!mayGrant(c.var.caller, held.scopes, held.routes)) return problem(c, "forbidden", BEYOND);
      const { key, hash, prefix } = newKey();
      const at = now();
      const goodUntil = new Date(at.getTime() + overlapSeconds * 1_000);
      const rotated = await rotateApiKey(db, id, { hash, prefix, goodUntil }, { by: c.var.caller.id, at, reason });
      return rotated ? c.json({ ...describeKey(rotated, at), key }, 200) : problem(c, "already_revoked");
    })
    .openapi(revokeCall, async (c) => {
      const { id } = c.req.valid("param");
      const at = now();
      const by = { by: c.var.caller.id, at, reason: c.req.valid("query").reason ?? null };
      const revoked = await revokeApiKey(db, id, by);
      if (revoked) return c.json(describeKey(revoked, at), 200);
      return (await findApiKey(db, id)) ? problem(c, "already_revoked") : noSuchKey(c, id);
    });

const BEYOND = { detail: "Nobody can hand out more rights than he has." };

const noSuchKey = (c: Context, id: string) => problem(c, "not_found", { detail: `There is no key ${id}.` });

const describeKey = (row: ApiKey, at: Date): z.output<typeof KeySchema> => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  status: row.revokedAt ? "revoked" : row.expiresAt && row.expiresAt <= at ? "expired" : "active",
  scopes: row.scopes,
  routes: row.routes,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  previousGoodUntil: row.previousGoodUntil?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  revokedBy: row.revokedBy,
});
