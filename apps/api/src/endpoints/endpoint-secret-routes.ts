import { rotateEndpointSecret } from "@verdict/db";
import { newWebhookSecret } from "@verdict/delivery";
import { sealEndpointSecret } from "@verdict/services";
import { z } from "zod";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { json, jsonBody } from "../http/responses.ts";
import { describeEndpoint, EndpointSchema, SecretShown } from "./endpoint-schemas.ts";
import { type EndpointDeps, findSeenBy, noSuchEndpoint } from "./find-endpoint.ts";

const rotateCall = call({
  ...({ tag: "Events", concerns: "routes" } as const),
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

const HOUR_MS = 3_600_000;

export const endpointSecretRoutes = ({ db, now, cipher }: Pick<EndpointDeps, "db" | "now" | "cipher">) =>
  calls().openapi(rotateCall, async (c) => {
    const { id } = c.req.valid("param");
    const { overlapHours } = c.req.valid("json");
    const [at, secret] = [now(), newWebhookSecret()];
    const change = {
      secret: sealEndpointSecret(cipher, id, secret),
      previousUntil: new Date(at.getTime() + overlapHours * HOUR_MS),
    };
    const found = await findSeenBy(c.var.caller, db, id);
    const rotated = found && (await rotateEndpointSecret(db, id, change, { by: c.var.caller.id, at }));
    return rotated ? c.json({ ...describeEndpoint(rotated, at), secret }, 200) : noSuchEndpoint(c, id);
  });
