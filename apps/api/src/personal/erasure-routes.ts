import { type Db, type Erasure, type ErasureItem, findErasure, listErasures } from "@verdict/db";
import type { EraseRequest, erasePerson } from "@verdict/services";
import { z } from "zod";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";

export type ErasureRoutesDeps = { db: Db; erase: (request: EraseRequest) => ReturnType<typeof erasePerson> };

const instant = z.iso.datetime();

const ErasureSchema = z.object({
  id: z.uuid(),
  merchantUserHash: z.string(),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: instant,
  finishedAt: instant.nullable().describe("Null: the worker is at it, or waits for a verification to end"),
});

const ReceiptSchema = ErasureSchema.extend({
  items: z.array(
    z.object({
      verificationId: z.uuid(),
      route: z.string(),
      state: z
        .enum(["waiting", "asking", "deleted", "gone", "nothing", "refused"])
        .describe(
          "`waiting` for its end, `asking` the provider; final: `deleted` by the provider, `gone` there already, `nothing` " +
            "to ask about, `refused`: the provider did not delete and will by itself 30 days after the session",
        ),
      tries: z.number(),
      providerCode: z.string().nullable(),
      providerRequestId: z.string().nullable(),
      finishedAt: instant.nullable(),
    }),
  ),
});

const eraseCall = call({
  id: "erasePerson",
  tag: "Operations",
  permission: "erasure.run",
  concerns: "routes",
  method: "post",
  path: "/v1/erasures",
  summary: "Erase a person, here and at the provider",
  description:
    "Details are deleted at once; each verification is blanked, and deleted at the provider, as soon as it has ended. Evidence and " +
    "statistics stay, without the person.",
  request: { body: jsonBody(z.strictObject({ merchantUserId: z.string().min(1).max(512), reason })) },
  answers: { 202: json(ReceiptSchema, "Begun; the receipt tells how far it is") },
});

const listCall = call({
  id: "listErasures",
  tag: "Operations",
  permission: "erasure.run",
  concerns: "everything",
  method: "get",
  path: "/v1/erasures",
  summary: "The latest erasures",
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }) },
  answers: { 200: json(z.object({ items: z.array(ErasureSchema) }), "Newest first") },
});

const getCall = call({
  id: "getErasure",
  tag: "Operations",
  permission: "erasure.run",
  concerns: "routes",
  method: "get",
  path: "/v1/erasures/{id}",
  summary: "The receipt of an erasure",
  request: { params: byId },
  answers: { 200: json(ReceiptSchema, "Each of the person's verifications, and what became of it") },
  refuses: ["not_found"],
});

export const erasureRoutes = ({ db, erase }: ErasureRoutesDeps) =>
  calls()
    .openapi(eraseCall, async (c) => {
      const { caller } = c.var;
      const { id } = await erase({ ...c.req.valid("json"), by: caller.id, routes: caller.routes });
      const begun = await findErasure(db, id);
      if (!begun) throw new Error(`Erasure ${id} has vanished.`);
      return c.json(describeReceipt(begun), 202);
    })
    .openapi(listCall, async (c) => {
      const { limit } = c.req.valid("query");
      return c.json({ items: (await listErasures(db, limit)).map(describeErasure) }, 200);
    })
    .openapi(getCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = await findErasure(db, id);
      const { routes } = c.var.caller;
      // Somebody bound to routes finds those erasures that touched no other.
      const seen =
        found && (routes === null || found.items.every(({ route }) => routes.includes(route))) ? found : null;
      if (!seen) return problem(c, "not_found", { detail: `There is no erasure ${id}.` });
      return c.json(describeReceipt(seen), 200);
    });

const describeErasure = ({ requestedAt, finishedAt, ...erasure }: Erasure) => ({
  ...erasure,
  requestedAt: requestedAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
});

const describeReceipt = ({ items, ...erasure }: Erasure & { items: ErasureItem[] }) => ({
  ...describeErasure(erasure),
  items: items.map(({ verificationId, route, state, tries, code, requestId, finishedAt }) => ({
    ...{ verificationId, route, state, tries },
    providerCode: code,
    providerRequestId: requestId,
    finishedAt: finishedAt?.toISOString() ?? null,
  })),
});
