import { randomUUIDv7 } from "node:crypto";
import { changeEndpoint, createEndpoint, deleteEndpoint, isEndpointNameTaken, listEndpoints } from "@verdict/db";
import { checkUrl, explainRefusal, newWebhookSecret } from "@verdict/delivery";
import { sealEndpointSecret } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { problem } from "../http/problem.ts";
import { json, jsonBody } from "../http/responses.ts";
import { beyondReach } from "./beyond-reach.ts";
import {
  describeEndpoint,
  EndpointChange,
  EndpointSchema,
  NewEndpoint,
  SecretShown,
  Warning,
} from "./endpoint-schemas.ts";
import { endpointSecretRoutes } from "./endpoint-secret-routes.ts";
import { type EndpointDeps, findSeenBy, noSuchEndpoint } from "./find-endpoint.ts";
import { tryEndpointRoutes } from "./try-endpoint-routes.ts";

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

export const endpointRoutes = (deps: EndpointDeps) => {
  const { db, now, cipher, delivery } = deps;
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
      const found = await findSeenBy(c.var.caller, db, id);
      return found ? c.json(describeEndpoint(found, now()), 200) : noSuchEndpoint(c, id);
    })
    .openapi(changeCall, async (c) => {
      const { id } = c.req.valid("param");
      const wanted = c.req.valid("json");
      if (!(await findSeenBy(c.var.caller, db, id))) return noSuchEndpoint(c, id);
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
      const found = await findSeenBy(c.var.caller, db, id);
      const deleted = found && (await deleteEndpoint(db, id, { by: c.var.caller.id, at: now() }));
      return deleted ? c.body(null, 204) : noSuchEndpoint(c, id);
    })
    .route("/", endpointSecretRoutes(deps))
    .route("/", tryEndpointRoutes(deps));
};

const UNCHANGED = { warning: null, refused: undefined };
