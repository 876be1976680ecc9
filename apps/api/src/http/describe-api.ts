import type { OpenAPIHono } from "@hono/zod-openapi";
import type { CallerEnv } from "../access/permit.ts";
import { TAGS } from "./tags.ts";

/** Serves the description of all calls at /openapi.json, for everybody to read. */
export function describeApi(app: OpenAPIHono<CallerEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "An API key, for machines: `Authorization: Bearer vk_…`",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "verdict.session_token",
    description: "A session, for people who signed in under /api/auth. Changing calls need an Origin of ours.",
  });
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Verdict",
      version: "1",
      description:
        "Starts identity verifications, tells their outcome, and lets the back office work on them. Errors are problem+json " +
        "(RFC 9457) with stable codes; each answer lists the codes it may carry in `x-codes`. Each call names the permission " +
        "it takes in `x-permission`.",
    },
    servers: [{ url: "/" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
}
