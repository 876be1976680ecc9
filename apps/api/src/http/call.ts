import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { Permission } from "@verdict/domain";
import { type CallerEnv, permit } from "../access/permit.ts";
import { invalidRequest, type ProblemCode } from "./problem.ts";
import { type Refusals, refusals } from "./responses.ts";
import type { Tag } from "./tags.ts";

/** Everything there is to say about one call of the API, once. */
type Declaration = {
  /** The operationId: unique, lowerCamelCase, verb first. Client code is generated from it, so it stays. */
  id: string;
  tag: Tag;
  /** What the caller must be allowed to do; `signed-in`: nothing, but he must be somebody. */
  permission: Permission | "signed-in";
  /**
   * `routes`: the call has to do with single routes, and its handler keeps to those the caller reaches. `everything`: it
   * concerns the whole installation, so callers bound to routes are refused.
   */
  concerns: "routes" | "everything";
  method: "get" | "post" | "put" | "patch" | "delete";
  path: `/v1/${string}`;
  summary: string;
  description?: string;
  request?: NonNullable<RouteConfig["request"]>;
  /** What it answers when all goes well. */
  answers: RouteConfig["responses"];
  /** The codes of the problems it may answer with, besides those that every call can have. */
  refuses?: readonly ProblemCode[];
};

/** What any call may be refused with; of these, those that depend on the request only where it can be wrong. An id cannot: it is not found. */
type Always =
  | "unauthenticated"
  | "cross_site"
  | "forbidden"
  | "password_change_required"
  | "internal_error"
  | "unavailable";
type WithRequest = "invalid_request";
type WithBody = "too_large" | "unsupported_media_type";

type Refused<D extends Declaration> =
  | Always
  | (D extends { request: { query: object } | { body: object } | { headers: object } } ? WithRequest : never)
  | (D extends { request: { body: object } } ? WithBody : never)
  | (D extends { refuses: readonly (infer Code extends ProblemCode)[] } ? Code : never);

/** The call as zod-openapi reads it. */
type Declared<D extends Declaration> = Pick<D, "method" | "path"> & {
  request: D extends { request: infer Request extends NonNullable<RouteConfig["request"]> }
    ? Request
    : Record<never, never>;
  responses: D["answers"] & Refusals<Refused<D>>;
  middleware: ReturnType<typeof permit>;
};

/**
 * Declares a call: its route, its place in the OpenAPI document, and who may make it. Handlers of it run only for callers
 * who may, and find them in `c.var.caller`.
 */
export function call<Path extends `/v1/${string}`, D extends Declaration & { path: Path }>(
  declaration: D,
): Declared<D> {
  const { id, tag, permission, concerns, method, path, summary, description, request, answers } = declaration;
  const refused = new Set<ProblemCode>(declaration.refuses).add("unauthenticated");
  if (method !== "get") refused.add("cross_site");
  if (permission !== "signed-in") refused.add("forbidden").add("password_change_required");
  if (request?.query || request?.body || request?.headers) refused.add("invalid_request");
  if (request?.body) refused.add("too_large").add("unsupported_media_type");
  refused.add("internal_error").add("unavailable");

  return createRoute({
    operationId: id,
    tags: [tag],
    method,
    path,
    summary,
    ...(description !== undefined && { description }),
    ...(request && { request }),
    security: [{ key: [] }, { session: [] }],
    responses: { ...answers, ...refusals([...refused].toSorted()) },
    middleware: permit({ permission, concerns }),
    "x-permission": permission,
    "x-concerns": concerns,
  }) as unknown as Declared<D>;
}

/** An app to hang calls on: `calls().openapi(declared, handler).openapi(…)`, in one chain, so that clients know the types. */
export const calls = () =>
  new OpenAPIHono<CallerEnv>({
    defaultHook: (result, c) => (result.success ? undefined : invalidRequest(c, result.error)),
  });
