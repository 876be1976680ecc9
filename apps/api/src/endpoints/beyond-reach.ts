import { reaches } from "@verdict/domain";
import type { Context } from "hono";
import type { CallerEnv } from "../access/permit.ts";
import { problem, unknownRoute } from "../http/problem.ts";

/** Nobody has told what is not his: neither other routes, nor all of them. */
export function beyondReach(c: Context<CallerEnv>, routes: readonly string[] | null) {
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
