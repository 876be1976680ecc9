import { type Caller, may, type Permission } from "@verdict/domain";
import { createMiddleware } from "hono/factory";
import { problem } from "../http/problem.ts";

/** What every handler under /v1 finds in its context. */
export type CallerEnv = {
  Variables: {
    caller: Caller;
    mustChangePassword: boolean;
    /** The caller as he stands now, for answers that go on for long; null: he is nobody any more. */
    findAgain: () => Promise<Caller | null>;
  };
};

type Wanted = { permission: Permission | "signed-in"; concerns: "routes" | "everything" };

/** Lets through who may make a call. Runs before the request is read, so that a refusal tells nothing about what there is. */
export const permit = ({ permission, concerns }: Wanted) =>
  createMiddleware<CallerEnv>(async (c, next) => {
    const { caller } = c.var;
    if (permission === "signed-in") return next();
    if (c.var.mustChangePassword) return problem(c, "password_change_required");
    if (!may(caller, permission)) return problem(c, "forbidden", { detail: `It takes the permission ${permission}.` });
    if (concerns === "everything" && caller.routes !== null) {
      return problem(c, "forbidden", { detail: "It concerns all routes, and you are bound to some." });
    }
    return next();
  });
