import { describe, expect, test } from "vitest";
import {
  type Caller,
  may,
  mayGrant,
  PERMISSIONS,
  type Permission,
  permissionsOf,
  permissionsOfRole,
  ROLES,
  type Role,
  reaches,
} from "../src/index.ts";

const person = (role: Role, routes: Caller["routes"] = null): Caller => ({
  kind: "person",
  id: "p",
  name: "Pat",
  role,
  routes,
});
const key = (scopes: readonly Permission[], routes: Caller["routes"] = null): Caller => ({
  kind: "key",
  id: "k",
  name: "shop",
  scopes,
  routes,
});
const bootstrap: Caller = { kind: "bootstrap", id: "bootstrap", name: "settings", routes: null };

/** Written out a second time on purpose: a change of who may do what has to be made twice. */
const TABLE = `
                           viewer analyst operator auditor admin
  verifications.read       yes    yes     yes      yes     yes
  verifications.start      -      -       -        -       yes
  verifications.register   -      -       -        -       yes
  verifications.recheck    -      -       yes      -       yes
  verifications.void       -      -       yes      -       yes
  face_checks.run          -      -       -        -       yes
  personal.reveal          -      yes     yes      yes     yes
  pictures.request         -      yes     yes      -       yes
  discrepancies.read       -      yes     yes      yes     yes
  discrepancies.resolve    -      yes     yes      -       yes
  alerts.read              yes    yes     yes      yes     yes
  alerts.act               -      -       yes      -       yes
  alerts.assign            -      -       yes      -       yes
  silences.write           -      -       yes      -       yes
  work.read                -      -       yes      yes     yes
  work.redrive             -      -       yes      -       yes
  events.read              yes    yes     yes      yes     yes
  stats.read               yes    yes     yes      yes     yes
  refusals.read            -      yes     yes      yes     yes
  audit.read               -      -       -        yes     yes
  exports.make             -      yes     yes      yes     yes
  routes.read              yes    yes     yes      yes     yes
  endpoints.read           -      -       yes      yes     yes
  endpoints.write          -      -       -        -       yes
  channels.read            -      -       yes      yes     yes
  channels.write           -      -       -        -       yes
  people.read              -      -       -        yes     yes
  people.write             -      -       -        -       yes
  keys.read                -      -       -        yes     yes
  keys.write               -      -       -        -       yes
  retention.read           -      -       -        yes     yes
  retention.write          -      -       -        -       yes
  erasure.run              -      -       -        -       yes
  queue.read               -      -       -        -       yes
  ledger.read              -      -       -        yes     yes`;

const [header = [], ...lines] = TABLE.trim()
  .split("\n")
  .map((line) => line.trim().split(/ +/));
const cells = lines.flatMap(([permission = "", ...said]) =>
  said.map((word, column) => [header[column] ?? "", permission, word === "yes"] as const),
);

describe("what a role may do", () => {
  test("is written down for every permission and every role", () => {
    expect(header).toEqual(ROLES);
    expect(lines.map(([permission]) => permission)).toEqual(PERMISSIONS);
    expect(cells).toHaveLength(ROLES.length * PERMISSIONS.length);
  });

  test.each(cells)("%s: %s: %s", (role, permission, allowed) => {
    expect(may(person(role as Role), permission as Permission)).toBe(allowed);
  });

  test("grows from viewer to analyst to operator to admin", () => {
    const grown = (["viewer", "analyst", "operator", "admin"] as const).map(permissionsOfRole);
    for (const [index, less] of grown.entries()) {
      expect(grown[index + 1] ?? PERMISSIONS).toEqual(expect.arrayContaining(less));
    }
  });

  test("lets the auditor read and nothing else", () => {
    const changing = permissionsOfRole("auditor").filter((one) => !/\.(read|reveal|make)$/.test(one));
    expect(changing).toEqual([]);
  });
});

describe("a key", () => {
  test.each(PERMISSIONS)("given %s may do that and nothing else", (scope) => {
    expect(permissionsOf(key([scope]))).toEqual([scope]);
  });

  test("without a scope may do nothing", () => expect(permissionsOf(key([]))).toEqual([]));
});

test("the key from the settings may do everything", () => expect(permissionsOf(bootstrap)).toEqual(PERMISSIONS));

describe("a route", () => {
  test.each([
    ["a caller of all routes", null, "shop", true],
    ["a caller of all routes, of what belongs to none", null, null, true],
    ["a caller of that route", ["shop"], "shop", true],
    ["a caller of several", ["bank", "shop"], "shop", true],
    ["a caller of another", ["bank"], "shop", false],
    ["a caller of a route of which it is the beginning", ["shop"], "shopping", false],
    ["a caller of some, of what belongs to none", ["shop"], null, false],
    ["a caller of none", [], "shop", false],
  ])("%s", (_, routes, route, expected) => {
    expect(reaches({ routes }, route)).toBe(expected);
    expect(may(person("admin", routes), "verifications.read", route)).toBe(expected);
    expect(may(key(["verifications.read"], routes), "verifications.read", route)).toBe(expected);
    expect(may(key([], routes), "verifications.read", route)).toBe(false);
  });
});

describe("nobody hands out more than he has", () => {
  const read = ["verifications.read"] as const;
  test.each<[string, Caller, readonly Permission[], Caller["routes"], boolean]>([
    ["an admin, everything", person("admin"), PERMISSIONS, null, true],
    ["a key, what it has", key(["keys.write", ...read]), read, null, true],
    ["a key, what it has not", key(["keys.write"]), read, null, false],
    ["a key of one route, that route", key(read, ["shop"]), read, ["shop"], true],
    ["a key of one route, two", key(read, ["shop"]), read, ["shop", "bank"], false],
    ["a key of one route, all", key(read, ["shop"]), read, null, false],
    ["nothing at all", key([], []), [], [], true],
  ])("%s", (_, caller, permissions, routes, expected) => {
    expect(mayGrant(caller, permissions, routes)).toBe(expected);
  });
});
