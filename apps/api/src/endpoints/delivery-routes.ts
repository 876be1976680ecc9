import {
  findDelivery,
  findEndpoint,
  listDeliveries,
  listDeliveryAttempts,
  type ReplayChoice,
  replayDeliveries,
} from "@verdict/db";
import { DELIVERY_STATES, EVENT_TYPES } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import { z } from "zod";
import { seenBy } from "../access/seen-by.ts";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { pageSchema } from "../http/cursor.ts";
import { instant } from "../http/instant.ts";
import { pageOf, pageQuery } from "../http/newest-first.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";
import { routesFor, several } from "../verifications/filter-query.ts";
import {
  DeliverySchema,
  DeliveryWithAttempts,
  describeDelivery,
  describeWithAttempts,
  endpointSeenBy,
} from "./endpoint-schemas.ts";
import { type EndpointDeps, noSuchEndpoint } from "./find-endpoint.ts";

const declared = { tag: "Events", concerns: "routes" } as const;

const listCall = call({
  ...declared,
  id: "listDeliveries",
  permission: "endpoints.read",
  method: "get",
  path: "/v1/endpoints/{id}/deliveries",
  summary: "List what is and was sent to an endpoint, newest first",
  request: {
    params: byId,
    query: z.object({
      ...pageQuery,
      state: several(z.enum(DELIVERY_STATES)).optional().describe("One or several, separated by commas"),
      type: several(z.enum(EVENT_TYPES)).optional().describe("One or several, separated by commas"),
      route: plainText(200).optional(),
      verificationId: plainText(200).optional(),
      from: instant.optional().describe("First put on its way then or later"),
      to: instant.optional().describe("And before"),
    }),
  },
  answers: { 200: json(pageSchema(DeliverySchema), "A page") },
  refuses: ["not_found"],
});

const getCall = call({
  ...declared,
  id: "getDelivery",
  permission: "endpoints.read",
  method: "get",
  path: "/v1/deliveries/{id}",
  summary: "Read a delivery, with its event and every attempt",
  request: { params: byId },
  answers: { 200: json(DeliveryWithAttempts, "The delivery") },
  refuses: ["not_found"],
});

const ReplayBody = z
  .strictObject({
    deliveryId: z.uuid().optional(),
    from: instant.optional(),
    to: instant.optional(),
    failures: z.literal(true).optional(),
    dryRun: z.boolean().default(false),
    reason: reason.optional(),
  })
  .describe("One of `deliveryId`, `from` with `to`, and `failures`")
  .transform((body, context) => {
    const choice = choiceOf(body);
    if (choice) return { choice, dryRun: body.dryRun, reason: body.reason ?? null };
    context.addIssue({ code: "custom", message: "give deliveryId, or from and to, or failures: true, and only that" });
    return z.NEVER;
  });

const replayCall = call({
  ...declared,
  id: "replayDeliveries",
  permission: "endpoints.write",
  method: "post",
  path: "/v1/endpoints/{id}/replay",
  summary: "Have one delivery sent again, or a range of time, or all that failed",
  request: { params: byId, body: jsonBody(ReplayBody) },
  answers: {
    200: json(
      z.object({
        matched: z.int().describe("What is sent again, or in a dry run would be"),
        replayed: z.int(),
        dryRun: z.boolean(),
      }),
      "How many",
    ),
  },
  refuses: ["not_found", "endpoint_disabled"],
});

export const deliveryRoutes = ({ db, now }: Pick<EndpointDeps, "db" | "now">) =>
  calls()
    .openapi(listCall, async (c) => {
      const { id } = c.req.valid("param");
      const { limit, cursor, state, type, route, ...asked } = c.req.valid("query");
      if (!endpointSeenBy(c.var.caller, await findEndpoint(db, id))) return noSuchEndpoint(c, id);
      const filter = { ...asked, endpointId: id, states: state, types: type, routes: routesFor(c.var.caller, route) };
      const rows = await listDeliveries(db, filter, { limit: limit + 1, after: cursor });
      const placed = rows.map((row) => ({ ...row, openedAt: row.createdAt }));
      return c.json(pageOf(placed, limit, describeDelivery), 200);
    })
    .openapi(getCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findDelivery(db, id));
      const seen = found && (found.endpoint === null || endpointSeenBy(c.var.caller, found.endpoint));
      if (!found || !seen) return problem(c, "not_found", { detail: `There is no delivery ${id}.` });
      const log = await listDeliveryAttempts(db, id);
      return c.json(describeWithAttempts(found, found.endpoint?.name ?? null, log), 200);
    })
    .openapi(replayCall, async (c) => {
      const { id } = c.req.valid("param");
      const { choice, dryRun, reason: why } = c.req.valid("json");
      const endpoint = endpointSeenBy(c.var.caller, await findEndpoint(db, id));
      if (!endpoint) return noSuchEndpoint(c, id);
      if (endpoint.state === "disabled") return problem(c, "endpoint_disabled");
      const wanted = { endpointId: id, choice, dryRun, routes: c.var.caller.routes };
      const matched = await replayDeliveries(db, wanted, { by: c.var.caller.id, at: now(), reason: why });
      return c.json({ matched, replayed: dryRun ? 0 : matched, dryRun }, 200);
    });

type Chosen = {
  deliveryId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  failures?: true | undefined;
};

/** Exactly one of the three ways; null otherwise. */
function choiceOf({ deliveryId, from, to, failures }: Chosen): ReplayChoice | null {
  const ways = [deliveryId, from ?? to, failures].filter((way) => way !== undefined);
  if (ways.length !== 1) return null;
  if (deliveryId !== undefined) return { kind: "one", deliveryId };
  if (failures) return { kind: "failures" };
  return from && to ? { kind: "range", from, to } : null;
}
