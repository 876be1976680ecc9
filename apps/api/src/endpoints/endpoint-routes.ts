import { randomUUIDv7 } from "node:crypto";
import {
  changeEndpoint,
  createEndpoint,
  type Db,
  deleteEndpoint,
  type Endpoint,
  findEndpoint,
  isEndpointNameTaken,
  listEndpoints,
  noteAnswer,
  rotateEndpointSecret,
} from "@verdict/db";
import {
  type AllowList,
  checkUrl,
  type DeliveryClient,
  deliverWebhook,
  explainRefusal,
  newWebhookSecret,
  type Resolve,
} from "@verdict/delivery";
import { ATTEMPT_OUTCOMES, type Caller, FAILING_MS, reaches } from "@verdict/domain";
import { type DetailCipher, liveSecrets, sealEndpointSecret, testPayload } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import type { CallerEnv } from "../access/permit.ts";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { problem, unknownRoute } from "../http/problem.ts";
import { json, jsonBody } from "../http/responses.ts";
import {
  describeEndpoint,
  EndpointChange,
  EndpointSchema,
  endpointSeenBy,
  NewEndpoint,
  SecretShown,
  Warning,
} from "./endpoint-schemas.ts";

export type EndpointDeps = {
  db: Db;
  now: () => Date;
  cipher: DetailCipher;
  /** What sends, and what it may send to. */
  delivery: { client: DeliveryClient; allowed: AllowList; resolve: Resolve };
};

const declared = { tag: "Events", concerns: "routes" } as const;
const WithWarning = EndpointSchema.extend({ warning: Warning });

const listCall = call({
  ...declared,
  id: "listEndpoints",
  permission: "endpoints.read",
  method: "get",
  path: "/v1/endpoints",
  summary: "List the endpoints events are delivered to",
  answers: { 200: json(z.object({ items: z.array(EndpointSchema) }), "The endpoints") },
});

const createCall = call({
  ...declared,
  id: "createEndpoint",
  permission: "endpoints.write",
  method: "post",
  path: "/v1/endpoints",
  summary: "Add an endpoint. It gets what happens from now on",
  request: { body: jsonBody(NewEndpoint) },
  answers: { 201: json(WithWarning.extend({ secret: SecretShown }), "The endpoint, with its secret") },
  refuses: ["name_taken"],
});

const getCall = call({
  ...declared,
  id: "getEndpoint",
  permission: "endpoints.read",
  method: "get",
  path: "/v1/endpoints/{id}",
  summary: "Read an endpoint",
  request: { params: byId },
  answers: { 200: json(EndpointSchema, "The endpoint") },
  refuses: ["not_found"],
});

const changeCall = call({
  ...declared,
  id: "changeEndpoint",
  permission: "endpoints.write",
  method: "patch",
  path: "/v1/endpoints/{id}",
  summary: "Change an endpoint, or switch it off and on",
  request: { params: byId, body: jsonBody(EndpointChange) },
  answers: { 200: json(WithWarning, "The endpoint as it stands now") },
  refuses: ["not_found", "name_taken"],
});

const deleteCall = call({
  ...declared,
  id: "deleteEndpoint",
  permission: "endpoints.write",
  method: "delete",
  path: "/v1/endpoints/{id}",
  summary: "Delete an endpoint and what waits for it. What was delivered stays on record",
  request: { params: byId },
  answers: { 204: { description: "It is gone" } },
  refuses: ["not_found"],
});

const rotateCall = call({
  ...declared,
  id: "rotateEndpointSecret",
  permission: "endpoints.write",
  method: "post",
  path: "/v1/endpoints/{id}/rotate-secret",
  summary: "Make a new secret. The one it had signs as well for a while; one before that no longer does",
  request: {
    params: byId,
    body: jsonBody(z.strictObject({ overlapHours: z.number().min(0).max(168).default(24) })),
  },
  answers: { 200: json(EndpointSchema.extend({ secret: SecretShown }), "The endpoint, with its new secret") },
  refuses: ["not_found"],
});

const Tried = z.object({
  outcome: z.enum(ATTEMPT_OUTCOMES),
  status: z.int().nullable(),
  error: z.string().nullable(),
  body: z.string().describe("The beginning of the answer"),
  durationMs: z.int(),
});

const testCall = call({
  ...declared,
  id: "testEndpoint",
  permission: "endpoints.write",
  method: "post",
  path: "/v1/endpoints/{id}/test",
  summary: "Send an event `verdict.test` to an endpoint, and tell how that went",
  request: { params: byId },
  answers: { 200: json(Tried, "How it went") },
  refuses: ["not_found"],
});

const HOUR_MS = 3_600_000;

export const endpointRoutes = ({ db, now, cipher, delivery }: EndpointDeps) => {
  /** An endpoint that the caller sees, or null. */
  const find = async (caller: Caller, id: string) => endpointSeenBy(caller, await findEndpoint(db, id));

  /** Whether an address may be saved; a response when it may not. */
  const check = async (c: Context, url: string) => {
    const checked = await checkUrl(url, delivery);
    if (checked.ok) return { warning: checked.warning };
    const fault = { path: "url", message: explainRefusal(checked.reason) };
    return { refused: problem(c, "invalid_request", { detail: fault.message, errors: [fault] }) };
  };

  return calls()
    .openapi(listCall, async (c) => {
      const rows = await listEndpoints(db, c.var.caller.routes);
      return c.json({ items: rows.map((row) => describeEndpoint(row, now())) }, 200);
    })
    .openapi(createCall, async (c) => {
      const wanted = c.req.valid("json");
      const beyond = beyondReach(c, wanted.routes);
      if (beyond) return beyond;
      const { warning, refused } = await check(c, wanted.url);
      if (warning === undefined) return refused;
      const [id, secret, at] = [randomUUIDv7(), newWebhookSecret(), now()];
      const sealed = sealEndpointSecret(cipher, id, secret);
      const row = { id, ...wanted, secret: sealed, createdBy: c.var.caller.id, createdAt: at };
      const created = await createEndpoint(db, row);
      if (!created) return problem(c, "name_taken");
      return c.json({ ...describeEndpoint(created, at), warning, secret }, 201);
    })
    .openapi(getCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = await find(c.var.caller, id);
      return found ? c.json(describeEndpoint(found, now()), 200) : noSuchEndpoint(c, id);
    })
    .openapi(changeCall, async (c) => {
      const { id } = c.req.valid("param");
      const wanted = c.req.valid("json");
      if (!(await find(c.var.caller, id))) return noSuchEndpoint(c, id);
      const beyond = wanted.routes === undefined ? null : beyondReach(c, wanted.routes);
      if (beyond) return beyond;
      const { warning, refused } = wanted.url === undefined ? UNCHANGED : await check(c, wanted.url);
      if (warning === undefined) return refused;
      try {
        const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
        const changed = await changeEndpoint(db, id, given, { by: c.var.caller.id, at: now() });
        return changed ? c.json({ ...describeEndpoint(changed, now()), warning }, 200) : noSuchEndpoint(c, id);
      } catch (error) {
        if (isEndpointNameTaken(error)) return problem(c, "name_taken");
        throw error;
      }
    })
    .openapi(deleteCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = await find(c.var.caller, id);
      const deleted = found && (await deleteEndpoint(db, id, { by: c.var.caller.id, at: now() }));
      return deleted ? c.body(null, 204) : noSuchEndpoint(c, id);
    })
    .openapi(rotateCall, async (c) => {
      const { id } = c.req.valid("param");
      const { overlapHours } = c.req.valid("json");
      const [at, secret] = [now(), newWebhookSecret()];
      const change = {
        secret: sealEndpointSecret(cipher, id, secret),
        previousUntil: new Date(at.getTime() + overlapHours * HOUR_MS),
      };
      const found = await find(c.var.caller, id);
      const rotated = found && (await rotateEndpointSecret(db, id, change, { by: c.var.caller.id, at }));
      return rotated ? c.json({ ...describeEndpoint(rotated, at), secret }, 200) : noSuchEndpoint(c, id);
    })
    .openapi(testCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = await find(c.var.caller, id);
      return found ? c.json(await tryOut(found), 200) : noSuchEndpoint(c, id);
    });

  async function tryOut(endpoint: Endpoint): Promise<z.output<typeof Tried>> {
    const at = now();
    const { url, name, id } = endpoint;
    const webhook = { url, secrets: liveSecrets(cipher, endpoint, at), id: randomUUIDv7() };
    const payload = testPayload({ id, name }, at);
    const { retryAfterMs: _, ...tried } = await deliverWebhook({ ...webhook, payload }, { ...delivery, now });
    // One that takes something does not fail any more. That it failed is for events to say.
    const disabledBefore = new Date(at.getTime() - FAILING_MS);
    if (tried.outcome === "delivered") await noteAnswer(db, endpoint, { outcome: "delivered", at, disabledBefore });
    return tried;
  }
};

const UNCHANGED = { warning: null, refused: undefined };

/** Nobody has told what is not his: neither other routes, nor all of them. */
function beyondReach(c: Context<CallerEnv>, routes: readonly string[] | null) {
  if (c.var.caller.routes === null) return null;
  if (routes === null) {
    const fault = { path: "routes", message: "Name the routes: you do not reach all of them." };
    return problem(c, "invalid_request", { detail: fault.message, errors: [fault] });
  }
  const foreign = routes.find((route) => !reaches(c.var.caller, route));
  return foreign === undefined
    ? null
    : problem(c, "invalid_request", {
        ...unknownRoute(foreign),
        errors: [{ path: "routes", message: `there is no route "${foreign}"` }],
      });
}

export const noSuchEndpoint = (c: Context, id: string) =>
  problem(c, "not_found", { detail: `There is no endpoint ${id}.` });
