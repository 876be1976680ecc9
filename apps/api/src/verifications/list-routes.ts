import { type Db, findVerificationsByIds, searchVerifications, type Verification } from "@verdict/db";
import { plainText } from "@verdict/provider";
import { describeVerification } from "@verdict/services";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { pageSchema } from "../http/cursor.ts";
import { pageOf, pageQuery } from "../http/newest-first.ts";
import { json, jsonBody } from "../http/responses.ts";
import { filterFor, filterQuery } from "./filter-query.ts";
import { VerificationSchema } from "./verification-schemas.ts";

export type ListDeps = {
  db: Db;
  /** A merchantUserId as it is stored. */
  hashUser: (merchantUserId: string) => string;
};

const listCall = call({
  id: "listVerifications",
  tag: "Verifications",
  permission: "verifications.read",
  concerns: "routes",
  method: "get",
  path: "/v1/verifications",
  summary: "Search verifications, newest first",
  description:
    "Whoever follows the cursors sees each verification once that was there when he began, also while others are added; what is added " +
    "meanwhile is seen if its place is still to come. Filters hold for the moment a page is read.",
  request: { query: z.object({ ...filterQuery, ...pageQuery }) },
  answers: { 200: json(pageSchema(VerificationSchema), "A page; nextCursor is null on the last one") },
});

/** Ids go in a body: 200 of them make a URL that proxies refuse, and access logs would keep them. */
const lookUpCall = call({
  id: "lookUpVerifications",
  tag: "Verifications",
  permission: "verifications.read",
  concerns: "routes",
  method: "post",
  path: "/v1/verifications/lookup",
  summary: "Look up to 200 verifications up at once, by whichever ids are at hand",
  description:
    "An id is ours, the provider's transactionId or a merchantBizId. Items come in no order, each once; an id that is used on several " +
    "routes finds them all. `missing` holds the ids that found nothing.",
  request: { body: jsonBody(z.strictObject({ ids: z.array(plainText(200)).min(1).max(200) })) },
  answers: {
    200: json(z.object({ items: z.array(VerificationSchema), missing: z.array(z.string()) }), "What there is"),
  },
});

export const listRoutes = ({ db, hashUser }: ListDeps) =>
  calls()
    .openapi(listCall, async (c) => {
      const { limit, cursor, ...asked } = c.req.valid("query");
      const after = cursor && { createdAt: cursor.openedAt, id: cursor.id };
      const filter = filterFor(c.var.caller, asked, hashUser);
      const rows = await searchVerifications(db, filter, { limit: limit + 1, after });
      return c.json(pageOf(rows.map(placed), limit, describeVerification), 200);
    })
    .openapi(lookUpCall, async (c) => {
      const { ids } = c.req.valid("json");
      const rows = await findVerificationsByIds(db, ids, c.var.caller.routes);
      const found = new Set(rows.flatMap(({ id, transactionId, merchantBizId }) => [id, transactionId, merchantBizId]));
      const missing = [...new Set(ids)].filter((id) => !found.has(id) && !found.has(id.toLowerCase()));
      return c.json({ items: rows.map(describeVerification), missing }, 200);
    });

/** With its place in the list. */
const placed = (row: Verification) => ({ ...row, openedAt: row.createdAt });
