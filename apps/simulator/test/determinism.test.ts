import { expect, test } from "vitest";
import { USUAL } from "../src/behaviour.ts";
import { planCall } from "../src/call-plan.ts";
import { goesEarly, planCallbacks } from "../src/callback-plan.ts";
import { draw } from "../src/draw.ts";
import { readFaultPlan } from "../src/fault-plan.ts";
import { PASS } from "../src/outcomes.ts";
import { givenTransaction } from "./given-transaction.ts";
import { FACE, setup } from "./setup.ts";

/** The same commands under a plan; what came of them, without ids and times. */
async function run(seed: string | number, interleave: boolean) {
  const { open, complete, call, control, rows, timers, checkResult } = setup();
  await control("PUT", "/faults", { preset: "none" });
  const ids: string[] = [];
  for (let nth = 0; nth < 12; nth += 1) ids.push(await open());
  await control("PUT", "/faults", {
    seed,
    callbacks: { drop: 0.3, duplicate: 0.3, mutate: 0.3, forge: 0.3, late: 0.3, delayMs: [0, 5_000] },
    calls: { throttle: 0.3, error: 0.3, html: 0, contradict: 0.5 },
  });
  for (const id of interleave ? ids.toReversed() : ids) await complete(id);
  await timers.advance(4_000_000);
  const codes: Record<string, string[]> = {};
  for (let round = 0; round < 4; round += 1) {
    for (const id of interleave && round % 2 === 1 ? ids.toReversed() : ids) {
      const { body } = await checkResult(id);
      codes[id] = [...(codes[id] ?? []), `${body.Code} ${body.Result?.Passed}`];
    }
  }
  const initialized = [];
  for (let nth = 0; nth < 8; nth += 1) initialized.push((await call("Initialize", FACE)).body.Code);
  const kinds = (await rows()).slice(0, ids.length).map(({ callbacks }) => callbacks.map(({ kind }) => kind).sort());
  return { kinds, codes: ids.map((id) => codes[id]), initialized };
}

test("the same seed gives the same faults for the same commands, in whatever order sessions are served", async () => {
  const once = await run(7, false);
  expect(await run(7, false)).toEqual(once);
  expect(await run("7", true)).toEqual(once);
});

test("another seed gives other faults", async () => {
  expect(await run(8, false)).not.toEqual(await run(7, false));
});

test("each fault is drawn for itself: adding one leaves the others where they were", () => {
  const plan = (callbacks: object) => {
    const read = readFaultPlan({ seed: 3, callbacks });
    if (read.kind !== "plan") throw new Error(read.message);
    return read.plan;
  };
  const held = Array.from({ length: 200 }, (_, index) => givenTransaction({ ordinal: index + 1 }));
  const dropped = (callbacks: object) =>
    held.map(
      (one) => planCallbacks({ faults: plan(callbacks), behaviour: USUAL }, one, PASS, 0)[0]?.kind === "dropped",
    );
  expect(dropped({ drop: 0.3, mutate: 1, forge: 1, late: 0.5 })).toEqual(dropped({ drop: 0.3 }));
});

test("a rate is met over many draws", () => {
  const read = readFaultPlan({ seed: "rates", callbacks: { early: 0.05 }, calls: { throttle: 0.2 } });
  if (read.kind !== "plan") throw new Error(read.message);
  const ordinals = Array.from({ length: 4_000 }, (_, index) => index + 1);
  const share = (hits: boolean[]) => hits.filter(Boolean).length / hits.length;
  const throttled = ordinals.map(
    (ordinal) => planCall(read.plan, { operation: "CheckResult", transaction: 1, ordinal }).kind === "throttle",
  );
  expect(share(throttled)).toBeCloseTo(0.2, 1);
  expect(share(ordinals.map((ordinal) => goesEarly(read.plan, ordinal)))).toBeCloseTo(0.05, 1);
});

test("a draw depends on every part of its key", () => {
  const draws = [draw(1, "a", 1), draw(2, "a", 1), draw(1, "b", 1), draw(1, "a", 2), draw(1, "a"), draw(1, "a,1")];
  expect(new Set(draws).size).toBe(draws.length);
  expect(draw(1, "a", 1)).toBe(draw("1", "a", 1));
  for (const one of draws) expect(one >= 0 && one < 1).toBe(true);
});

test("transaction ids follow id seed, reset count and ordinal, and no fault seed", async () => {
  const idsOf = async (idSeed: string, faultSeed: number) => {
    const { open, control } = setup({ settings: { idSeed } });
    await control("PUT", "/faults", { seed: faultSeed });
    const before = [await open(), await open()];
    await control("DELETE", "");
    return [...before, await open()];
  };
  const ids = await idsOf("a", 1);
  expect(new Set(ids).size).toBe(3);
  expect(await idsOf("a", 2)).toEqual(ids);
  expect(await idsOf("b", 1)).not.toEqual(ids);
});
