import { expect, test } from "vitest";
import type { FaultPlan } from "../src/fault-plan.ts";
import { answered, type Simulator, setup } from "./setup.ts";

const TTL = 1_800_000;

async function under(callbacks: Partial<FaultPlan["callbacks"]>): Promise<Simulator> {
  const simulator = setup();
  await simulator.control("PUT", "/faults", { seed: 1, callbacks });
  return simulator;
}

const claims = ({ callbacks }: Simulator) =>
  callbacks().map(({ searchParams: sent }) => [sent.get("callbackToken"), sent.get("passed"), sent.get("subCode")]);

const kinds = async ({ rows }: Simulator) =>
  (await rows()).flatMap(({ callbacks }) => callbacks.map(({ kind, httpStatus }) => [kind, httpStatus]));

test("drop: nothing reaches the receiver, and the log says that it was dropped", async () => {
  const simulator = await under({ drop: 1, duplicate: 1 });
  const id = await simulator.open();
  await simulator.complete(id);
  await simulator.timers.advance(TTL);
  expect(simulator.callbacks()).toEqual([]);
  expect((await simulator.control("GET", "/log?since=2")).body).toMatchObject([
    { direction: "out", operation: "Callback", transactionId: id, httpStatus: null, code: "Dropped" },
  ]);
  expect(await kinds(simulator)).toEqual([["dropped", null]]);
});

test("duplicate: the same callback is sent once more although it was answered 200", async () => {
  const simulator = await under({ duplicate: 1, delayMs: [50, 50] });
  await simulator.complete(await simulator.open());
  await simulator.timers.advance(TTL);
  expect(simulator.callbacks()).toHaveLength(2);
  expect(simulator.callbacks()[0]).toEqual(simulator.callbacks()[1]);
  expect(await kinds(simulator)).toEqual([
    ["callback", 200],
    ["duplicate", 200],
  ]);
});

test("duplicate: one that was never answered 200 is not sent a third time", async () => {
  const simulator = await under({ duplicate: 1 });
  const id = await simulator.open();
  simulator.receiver.say = () => answered(503);
  await simulator.complete(id);
  await simulator.timers.advance(TTL);
  expect(await kinds(simulator)).toEqual([
    ["callback", 503],
    ["retry", 503],
  ]);
});

test.each([
  ["Y", "200", "N", "204"],
  ["N", "205", "Y", "200"],
])("mutate: the only callback of a session that ended %s %s says %s %s", async (passed, subCode, ...told) => {
  const simulator = await under({ mutate: 1 });
  const id = await simulator.open();
  await simulator.complete(id, passed, subCode);
  await simulator.timers.advance(TTL);
  expect(claims(simulator)).toEqual([["token-1", ...told]]);
  expect((await simulator.checkResult(id)).body.Result).toMatchObject({ Passed: passed, SubCode: subCode });
  expect(await kinds(simulator)).toEqual([["mutated", 200]]);
});

test("forge: a stranger's callback comes as well, once, with a token that nobody issued", async () => {
  const simulator = await under({ forge: 1 });
  const id = await simulator.open({ CallbackToken: "genuine-token-0123456789" });
  simulator.receiver.say = ({ searchParams }) =>
    answered(searchParams.get("callbackToken") === "genuine-token-0123456789" ? 200 : 401);
  await simulator.complete(id, "N", "205");
  await simulator.timers.advance(TTL);
  const [genuine, forged] = claims(simulator);
  expect(genuine).toEqual(["genuine-token-0123456789", "N", "205"]);
  expect(forged?.slice(1)).toEqual(["Y", "200"]);
  expect(forged?.[0]).toMatch(/^genuine-toke/);
  expect(forged?.[0]).not.toBe("genuine-token-0123456789");
  expect(await kinds(simulator)).toEqual([
    ["callback", 200],
    ["forged", 401],
  ]);
});

test("early: the callback arrives before Initialize has answered, when the result cannot be asked for yet", async () => {
  const simulator = await under({ early: 1, delayMs: [60_000, 60_000] });
  const seen: unknown[] = [];
  simulator.receiver.say = async ({ searchParams }) => {
    const id = searchParams.get("transactionId");
    if (id) seen.push((await simulator.checkResult(id)).body.Code, (await simulator.rows())[0]?.state);
    return answered(200);
  };
  const id = await simulator.open();
  expect(seen).toEqual(["ProcessNotCompleted", "processing"]);
  expect(claims(simulator)).toEqual([["token-1", "Y", "200"]]);
  expect(await kinds(simulator)).toEqual([["early", 200]]);
  expect(await simulator.rows("?state=completed")).toHaveLength(1);
  expect((await simulator.checkResult(id)).body.Result).toMatchObject({ Passed: "Y", SubCode: "200" });
});

test("early: finishing such a session as it was announced changes nothing, any other end is refused", async () => {
  const simulator = await under({ early: 1 });
  const id = await simulator.open();
  expect(await simulator.complete(id, "Y", "200")).toMatchObject({ status: 200, body: { state: "completed" } });
  expect(await simulator.complete(id, "N", "205")).toMatchObject({ status: 409 });
  expect(simulator.callbacks()).toHaveLength(1);
});

test("early: a session without a callback address is like any other", async () => {
  const simulator = await under({ early: 1 });
  const id = await simulator.open({ CallbackUrl: undefined });
  expect(await simulator.complete(id, "N", "205")).toMatchObject({ status: 200 });
});

test("late: the callback comes when the session's validity has lapsed", async () => {
  const simulator = await under({ late: 1 });
  await simulator.complete(await simulator.open());
  await simulator.timers.advance(TTL);
  expect(simulator.callbacks()).toEqual([]);
  await simulator.timers.advance(1_000);
  expect(await kinds(simulator)).toEqual([["late", 200]]);
});

test("late: moving the provider's clock brings the callback forward", async () => {
  const simulator = await under({ late: 1 });
  await simulator.complete(await simulator.open());
  await simulator.control("POST", "/clock/advance", { ms: TTL });
  await simulator.timers.advance(0);
  expect(simulator.callbacks()).toEqual([]);
  await simulator.control("POST", "/clock/advance", { ms: 1_000 });
  expect(simulator.callbacks()).toHaveLength(1);
});

test("delayMs: the callback waits that long", async () => {
  const simulator = await under({ delayMs: [200, 300] });
  await simulator.complete(await simulator.open());
  await simulator.timers.advance(199);
  expect(simulator.callbacks()).toEqual([]);
  await simulator.timers.advance(101);
  expect(simulator.callbacks()).toHaveLength(1);
});

test("a reset forgets callbacks that wait, and the second try of one that is on its way", async () => {
  const simulator = await under({ delayMs: [200, 200] });
  const [waiting, failing] = [await simulator.open(), await simulator.open()];
  await simulator.complete(waiting);
  const answer = Promise.withResolvers<ReturnType<typeof answered>>();
  await simulator.control("PUT", "/faults", { preset: "none" });
  simulator.receiver.say = () => answer.promise;
  await simulator.complete(failing);
  expect(simulator.callbacks()).toHaveLength(1);

  await simulator.control("DELETE", "");
  answer.resolve(answered(503));
  await simulator.timers.advance(TTL);
  expect(simulator.callbacks()).toHaveLength(1);
  expect((await simulator.control("GET", "/log")).body).toEqual([]);
});
