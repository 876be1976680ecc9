import { type Db, findPerson } from "@verdict/db";
import { permissionsOf } from "@verdict/domain";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { json } from "../http/responses.ts";

export type MeDeps = { db: Db };

const MeSchema = z.object({
  kind: z.enum(["person", "key", "bootstrap"]),
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.string().nullable(),
  permissions: z.array(z.string()),
  routes: z.array(z.string()).nullable().describe("Null: all"),
  mustChangePassword: z.boolean().describe("Until then every other call is refused"),
  secondFactor: z.boolean(),
});

const meCall = call({
  id: "getMe",
  tag: "Access",
  permission: "signed-in",
  concerns: "routes",
  method: "get",
  path: "/v1/me",
  summary: "Who you are, and what you may do",
  answers: { 200: json(MeSchema, "You") },
});

export const meRoutes = ({ db }: MeDeps) =>
  calls().openapi(meCall, async (c) => {
    const { caller, mustChangePassword } = c.var;
    const { kind, id, name, routes } = caller;
    const person = caller.kind === "person" ? await findPerson(db, id) : null;
    const me = {
      ...{ kind, id, name, email: person?.email ?? null, role: person?.role ?? null },
      permissions: permissionsOf(caller),
      routes: routes && [...routes],
      mustChangePassword,
      secondFactor: person?.twoFactorEnabled ?? false,
    };
    return c.json(me, 200);
  });
