import { randomUUIDv7 } from "node:crypto";
import { type Endpoint, noteAnswer } from "@verdict/db";
import { deliverWebhook } from "@verdict/delivery";
import { ATTEMPT_OUTCOMES, FAILING_MS } from "@verdict/domain";
import { liveSecrets, testPayload } from "@verdict/services";
import { z } from "zod";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { json } from "../http/responses.ts";
import { type EndpointDeps, findSeenBy, noSuchEndpoint } from "./find-endpoint.ts";

const Tried = z.object({
  outcome: z.enum(ATTEMPT_OUTCOMES),
  status: z.int().nullable(),
  error: z.string().nullable(),
  body: z.string().describe("The beginning of the answer"),
  durationMs: z.int(),
});

const testCall = call({
  ...({ tag: "Events", concerns: "routes" } as const),
  id: "testEndpoint",
  permission: "endpoints.write",
  method: "post",
  path: "/v1/endpoints/{id}/test",
  summary: "Send an event `verdict.test` to an endpoint, and tell how that went",
  request: { params: byId },
  answers: { 200: json(Tried, "How it went") },
  refuses: ["not_found"],
});

export const tryEndpointRoutes = (deps: EndpointDeps) =>
  calls().openapi(testCall, async (c) => {
    const { id } = c.req.valid("param");
    const found = await findSeenBy(c.var.caller, deps.db, id);
    return found ? c.json(await tryOut(deps, found), 200) : noSuchEndpoint(c, id);
  });

async function tryOut(
  { db, now, cipher, delivery }: EndpointDeps,
  endpoint: Endpoint,
): Promise<z.output<typeof Tried>> {
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
