import { changePerson, type Db, findPerson, listPeople, type Person } from "@verdict/db";
import { type Caller, mayGrant, permissionsOfRole } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import { addPerson, resetPersonPassword } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { pageSchema } from "../http/cursor.ts";
import { pageOf, pageQuery } from "../http/newest-first.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";
import { roleSchema, routesSchema } from "./grant-schemas.ts";

export type PeopleRoutesDeps = { db: Db; now: () => Date };

const PersonSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  routes: z.array(z.string()).nullable(),
  status: z.enum(["active", "disabled"]),
  secondFactor: z.boolean(),
  mustChangePassword: z.boolean(),
  createdBy: z.string().nullable().describe("Null: signed in with the company's identity provider"),
  createdAt: z.iso.datetime(),
});

const WithPasswordSchema = PersonSchema.extend({
  password: z.string().describe("For the first sign-in, which asks for another one. Shown this once"),
});

const email = z
  .email()
  .max(254)
  .transform((text) => text.toLowerCase());

const listCall = call({
  id: "listPeople",
  tag: "Access",
  permission: "people.read",
  concerns: "everything",
  method: "get",
  path: "/v1/people",
  summary: "List the people who may sign in, newest first",
  request: { query: z.object(pageQuery) },
  answers: { 200: json(pageSchema(PersonSchema), "A page; nextCursor is null on the last one") },
});

const getCall = call({
  id: "getPerson",
  tag: "Access",
  permission: "people.read",
  concerns: "everything",
  method: "get",
  path: "/v1/people/{id}",
  summary: "Look up a person",
  request: { params: byId },
  answers: { 200: json(PersonSchema, "The person") },
  refuses: ["not_found"],
});

const createCall = call({
  id: "createPerson",
  tag: "Access",
  permission: "people.write",
  concerns: "everything",
  method: "post",
  path: "/v1/people",
  summary: "Let a person sign in, with no more rights than your own",
  request: {
    body: jsonBody(
      z.strictObject({
        name: plainText(200),
        email,
        role: roleSchema,
        routes: routesSchema.default(null),
        reason: reason.optional(),
      }),
    ),
  },
  answers: { 201: json(WithPasswordSchema, "The person with a one-time password") },
  refuses: ["email_taken"],
});

const changeCall = call({
  id: "changePerson",
  tag: "Access",
  permission: "people.write",
  concerns: "everything",
  method: "patch",
  path: "/v1/people/{id}",
  summary: "Change what a person may do, or shut him out. Holds from his next call on",
  request: {
    params: byId,
    body: jsonBody(
      z.strictObject({
        name: plainText(200).optional(),
        role: roleSchema.optional(),
        routes: routesSchema.optional(),
        disabled: z.boolean().optional(),
        reason: reason.optional(),
      }),
    ),
  },
  answers: { 200: json(PersonSchema, "The person") },
  refuses: ["not_found", "last_admin"],
});

const resetCall = call({
  id: "resetPassword",
  tag: "Access",
  permission: "people.write",
  concerns: "everything",
  method: "post",
  path: "/v1/people/{id}/reset-password",
  summary: "Give a person a new one-time password, and take his second factor away if asked to. All his sessions end",
  request: {
    params: byId,
    body: jsonBody(z.strictObject({ dropSecondFactor: z.boolean().default(false), reason: reason.optional() })),
  },
  answers: { 200: json(WithPasswordSchema, "The person with a one-time password") },
  refuses: ["not_found"],
});

export const peopleRoutes = ({ db, now }: PeopleRoutesDeps) =>
  calls()
    .openapi(listCall, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await listPeople(db, { limit: limit + 1, after: cursor });
      const places = rows.map((row) => ({ ...row, openedAt: row.createdAt }));
      return c.json(pageOf(places, limit, describePerson), 200);
    })
    .openapi(getCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = await findPerson(db, id);
      return found ? c.json(describePerson(found), 200) : noSuchPerson(c, id);
    })
    .openapi(createCall, async (c) => {
      const { reason = null, ...wanted } = c.req.valid("json");
      if (!mayGrant(c.var.caller, permissionsOfRole(wanted.role), wanted.routes)) return beyond(c);
      const made = await addPerson(db, wanted, { by: c.var.caller.id, at: now(), reason });
      return made
        ? c.json({ ...describePerson(made.person), password: made.password }, 201)
        : problem(c, "email_taken");
    })
    .openapi(changeCall, async (c) => {
      const { id } = c.req.valid("param");
      const { reason = null, ...changes } = c.req.valid("json");
      const held = await findPerson(db, id);
      if (!held) return noSuchPerson(c, id);
      const { role = held.role, routes = held.routes } = changes;
      if (!reachesUp(c.var.caller, held) || !mayGrant(c.var.caller, permissionsOfRole(role), routes)) return beyond(c);
      const changed = await changePerson(db, id, changes, { by: c.var.caller.id, at: now(), reason });
      if (changed === "last_admin") return problem(c, "last_admin");
      return changed ? c.json(describePerson(changed), 200) : noSuchPerson(c, id);
    })
    .openapi(resetCall, async (c) => {
      const { id } = c.req.valid("param");
      const { dropSecondFactor, reason = null } = c.req.valid("json");
      const held = await findPerson(db, id);
      if (!held) return noSuchPerson(c, id);
      if (!reachesUp(c.var.caller, held)) return beyond(c);
      const by = { by: c.var.caller.id, at: now(), reason };
      const reset = await resetPersonPassword(db, id, { dropSecondFactor }, by);
      return reset ? c.json({ ...describePerson(reset.person), password: reset.password }, 200) : noSuchPerson(c, id);
    });

/** Whoever could change somebody above himself, or sign in as him, would have his rights. */
const reachesUp = (caller: Caller, held: Person): boolean =>
  mayGrant(caller, permissionsOfRole(held.role), held.routes);

const beyond = (c: Context) => problem(c, "forbidden", { detail: "Nobody can hand out more rights than he has." });

const noSuchPerson = (c: Context, id: string) => problem(c, "not_found", { detail: `There is no person ${id}.` });

const describePerson = (row: Person): z.output<typeof PersonSchema> => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  routes: row.routes,
  status: row.disabledAt ? "disabled" : "active",
  secondFactor: row.twoFactorEnabled ?? false,
  mustChangePassword: row.mustChangePassword,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
});
