import { randomUUIDv7 } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acknowledgeAlert, type Db, raiseAlert, resolveAlert } from "../src/index.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const NOW = new Date("2026-03-01T12:00:00Z");
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

const givenAlert = async (route: string, at = NOW, severity: "critical" | "warning" = "warning") => {
  const id = randomUUIDv7();
  const about = { rule: "device_risk", severity, route, verificationId: randomUUIDv7(), detail: "206" };
  await raiseAlert(db, { id, ...about, at });
  return id;
};
const groupsOf = async (route: string) => [
  ...(await db.sql`
    select count, open, unacknowledged, severity, closed_at is not null as closed, due_at as "dueAt"
    from alert_groups where route = ${route} order by opened_at`),
];

test("alerts of a rule and route are one group that counts them, due from the first on", async () => {
  const route = randomUUIDv7();
  await givenAlert(route, later(5));
  await givenAlert(route, later(9), "critical");
  const [group, ...others] = await groupsOf(route);
  expect(group).toMatchObject({ count: 2, open: 2, unacknowledged: 2, severity: "critical", closed: false });
  expect(new Date(group?.dueAt)).toEqual(later(5));
  expect(others).toEqual([]);
});

test("a group follows what becomes of its alerts, and the next alert after its end opens another", async () => {
  const route = randomUUIDv7();
  const [first, second] = [await givenAlert(route), await givenAlert(route)];
  await acknowledgeAlert(db, first, "ann", later(1));
  expect(await groupsOf(route)).toMatchObject([{ count: 2, open: 2, unacknowledged: 1, closed: false }]);
  await resolveAlert(db, first, { by: "ann", at: later(2), reason: "test" });
  await resolveAlert(db, second, { by: "ann", at: later(3), reason: "test" });
  expect(await groupsOf(route)).toMatchObject([{ count: 2, open: 0, unacknowledged: 0, closed: true }]);
  await givenAlert(route, later(4));
  expect(await groupsOf(route)).toMatchObject([{ closed: true }, { count: 1, open: 1, closed: false }]);
});

test("however many raise and resolve at the same time, the counts are right", async () => {
  const route = randomUUIDv7();
  const ids = await Promise.all(Array.from({ length: 40 }, () => givenAlert(route)));
  const end = (id: string) => resolveAlert(db, id, { by: "ann", at: later(1), reason: "test" });
  await Promise.all([...ids.map(end), ...Array.from({ length: 10 }, () => givenAlert(route, later(1)))]);
  const groups = await groupsOf(route);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(50);
  expect(groups.reduce((sum, { open }) => sum + open, 0)).toBe(10);
  expect(groups.filter(({ closed }) => !closed)).toHaveLength(1);
});

test("an alert that is open already changes nothing", async () => {
  const about = {
    rule: "backlog",
    severity: "critical",
    route: randomUUIDv7(),
    verificationId: null,
    detail: "",
  } as const;
  await raiseAlert(db, { id: randomUUIDv7(), ...about, at: NOW });
  expect(await raiseAlert(db, { id: randomUUIDv7(), ...about, at: later(9) })).toBeNull();
  expect(await groupsOf(about.route)).toMatchObject([{ count: 1, open: 1 }]);
});

test("alerts that are raised and rolled back leave no group", async () => {
  const route = randomUUIDv7();
  const work = db.sql.begin(async (sql) => {
    await sql`insert into alerts (id, rule, severity, route, opened_at)
      values (${randomUUIDv7()}, 'backlog', 'critical', ${route}, ${NOW.toISOString()})`;
    throw new Error("The process dies here.");
  });
  await expect(work).rejects.toThrow("dies");
  expect(await groupsOf(route)).toEqual([]);
});
