import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { closeDiscrepancy, type Db, inTransaction, settle } from "../src/index.ts";
import { AT, discrepancyOf, move, NOTHING, readQuiet, untilSomebodyWaits } from "./given-events.ts";

let database: TestDatabase;
let db: Db;
beforeEach(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterEach(() => database.drop());

const close = (of: Db, id: string) => closeDiscrepancy(of, id, { by: "ann", at: AT, reason: "looked into" });

const typesOf = ({ events }: { events: { type: string }[] }) => events.map(({ type }) => type);

/** What has been told of verifications. */
const told = async () =>
  typesOf(await readQuiet(db, undefined, { types: ["verification.passed", "verification.claimed"] }));

describe("an outcome in doubt", () => {
  test("is told when a person has closed the discrepancy that came with it, behind what was read meanwhile", async () => {
    const held = await givenVerification(db, { status: "claimed" });
    const doubt = discrepancyOf(held, "claim_contradicted");
    await move(db, held, "passed", { discrepancies: [doubt] });
    const meanwhile = await readQuiet(db);
    expect(typesOf(meanwhile)).toEqual(["discrepancy.opened", "alert.opened"]);

    await close(db, doubt.id);
    const read = await readQuiet(db, meanwhile.next);
    expect(typesOf(read)).toEqual(["verification.passed", "discrepancy.closed", "alert.resolved"]);
    await close(db, doubt.id);
    expect(typesOf(await readQuiet(db, read.next))).toEqual([]);
  });

  test("is held back by a discrepancy that was open before", async () => {
    const held = await givenVerification(db, { status: "expired" });
    const doubt = discrepancyOf(held, "claim_contradicted");
    await settle(db, { ...NOTHING, discrepancies: [doubt] }, AT);
    await move(db, held, "passed");
    expect(await told()).toEqual([]);
    await close(db, doubt.id);
    expect(await told()).toEqual(["verification.passed"]);
  });

  test("is told when the last of two doubts is closed, whichever that is", async () => {
    for (const order of [0, 1]) {
      const held = await givenVerification(db, { status: "claimed" });
      const doubts = [discrepancyOf(held, "claim_contradicted"), discrepancyOf(held, "result_changed")];
      await move(db, held, "passed", { discrepancies: doubts });
      await close(db, doubts[order]?.id ?? "");
      expect(await told()).toHaveLength(order);
      await close(db, doubts[1 - order]?.id ?? "");
      expect(await told()).toHaveLength(order + 1);
    }
  });

  test("a claim is told all the same, and discrepancies that say nothing about the outcome hold nothing back", async () => {
    const held = await givenVerification(db);
    await settle(db, { ...NOTHING, discrepancies: [discrepancyOf(held, "claim_contradicted")] }, AT);
    await move(db, held, "claimed");
    const other = await givenVerification(db, { status: "claimed" });
    await move(db, other, "passed", {
      discrepancies: [discrepancyOf(other, "mutated_replay"), discrepancyOf(other, "transaction_mismatch")],
    });
    expect(await told()).toEqual(["verification.claimed", "verification.passed"]);
  });

  test("one that is settled while its doubt is being closed waits for that, and is told", async () => {
    const held = await givenVerification(db, { status: "expired" });
    const doubt = discrepancyOf(held, "claim_contradicted");
    await settle(db, { ...NOTHING, discrepancies: [doubt] }, AT);
    let moved: Promise<unknown> | undefined;
    await inTransaction(db, async (tx) => {
      await close(tx, doubt.id);
      moved = move(db, held, "passed");
      await untilSomebodyWaits(db);
    });
    await moved;
    expect(await told()).toEqual(["verification.passed"]);
  });

  test("a doubt that is closed while its outcome is being settled waits for that, and releases it", async () => {
    const held = await givenVerification(db, { status: "expired" });
    const doubt = discrepancyOf(held, "claim_contradicted");
    await settle(db, { ...NOTHING, discrepancies: [doubt] }, AT);
    let closed: Promise<boolean> | undefined;
    await inTransaction(db, async (tx) => {
      await move(tx, held, "passed");
      closed = close(db, doubt.id);
      await untilSomebodyWaits(db);
    });
    expect(await closed).toBe(true);
    expect(await told()).toEqual(["verification.passed"]);
  });

  test("two doubts that are closed at once release what they hold back", async () => {
    for (let time = 0; time < 5; time++) {
      const held = await givenVerification(db, { status: "claimed" });
      const doubts = [discrepancyOf(held, "claim_contradicted"), discrepancyOf(held, "result_changed")];
      await move(db, held, "passed", { discrepancies: doubts });
      expect(await Promise.all(doubts.map(({ id }) => close(db, id)))).toEqual([true, true]);
      expect(await told()).toHaveLength(time + 1);
    }
  });
});
