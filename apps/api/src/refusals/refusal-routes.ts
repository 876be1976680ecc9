import { type Db, listRefusals, type RefusalCount, type RefusalKey } from "@verdict/db";
import { plainText } from "@verdict/provider";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { cursorField, encodeCursor, pageSchema } from "../http/cursor.ts";
import { instant } from "../http/instant.ts";
import { json } from "../http/responses.ts";

export type RefusalDeps = { db: Db };

const RefusalSchema = z.object({
  hour: z.iso.datetime(),
  route: z.string(),
  reason: z.string(),
  source: z.string().describe("The network, or * for all that there was no row for in that hour"),
  times: z.number(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
});

const name = plainText(200);

/** The key of the last row of a page. */
const Place = z
  .tuple([instant, name, name, name])
  .transform(([hour, route, reason, source]): RefusalKey => ({ hour, route, reason, source }));

const listCall = call({
  id: "listRefusals",
  tag: "Refusals",
  permission: "refusals.read",
  concerns: "routes",
  method: "get",
  path: "/v1/refusals",
  summary: "List how often callers of the callback endpoint were turned away, newest hour first",
  request: {
    query: z.object({
      from: instant.optional(),
      to: instant.optional(),
      route: name.optional(),
      reason: name.optional(),
      source: name.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      cursor: cursorField(Place),
    }),
  },
  answers: {
    200: json(pageSchema(RefusalSchema), "A page; nextCursor is null on the last one"),
  },
});

export const refusalRoutes = ({ db }: RefusalDeps) =>
  calls().openapi(listCall, async (c) => {
    const { limit, cursor: after, ...filter } = c.req.valid("query");
    const rows = await listRefusals(db, { ...filter, routes: c.var.caller.routes, after, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return c.json({ items: shown.map(describeRefusal), nextCursor: last ? cursorAt(last) : null }, 200);
  });

const cursorAt = ({ hour, route, reason, source }: RefusalKey): string =>
  encodeCursor([hour.toISOString(), route, reason, source]);

const describeRefusal = ({ hour, route, reason, source, times, firstAt, lastAt }: RefusalCount) => ({
  hour: hour.toISOString(),
  route,
  reason,
  source,
  times,
  firstAt: firstAt.toISOString(),
  lastAt: lastAt.toISOString(),
});
