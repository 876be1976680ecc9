import { acknowledgeAlert, closeDiscrepancy, readFeed, resolveAlert } from "@verdict/db";
import { EVENT_TYPES } from "@verdict/domain";
import { until } from "@verdict/testkit";
import { expect, test } from "vitest";
import { describeEvent, EventSchema, eventJsonSchema } from "../src/event-schemas.ts";
import { givenHistory } from "./given-history.ts";
import { setup } from "./support.ts";

test.each(EVENT_TYPES)("the published schema of %s is that of the code", async (type) => {
  const text = `${JSON.stringify(eventJsonSchema(type), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`../../../docs/events/${type}.json`);
});

test("whatever the services do is told as the schemas say, and no more", async () => {
  const s = await setup();
  await givenHistory(s);
  const by = { by: "ann", at: s.now(), reason: "looked into" };
  const [open] = await s.db.sql<{ id: string }[]>`select id from alerts where status = 'open' limit 1`;
  await acknowledgeAlert(s.db, open?.id ?? "", "ann", s.now());
  await resolveAlert(s.db, open?.id ?? "", by);
  for (const { id } of await s.db.sql<{ id: string }[]>`select id from discrepancies where closed_at is null`) {
    await closeDiscrepancy(s.db, id, by);
  }

  const read = await until(async () => {
    const page = await readFeed(s.db, {}, { limit: 1_000 });
    return page.kind === "read" && !page.pending && page;
  });
  const told = read.events.map(describeEvent);
  for (const event of told) expect(EventSchema.parse(event)).toEqual(event);
  // Nobody voids anything yet.
  const types = new Set(told.map(({ type }) => type));
  expect(EVENT_TYPES.filter((type) => !types.has(type))).toEqual(["verification.voided"]);
  await s.database.drop();
});
