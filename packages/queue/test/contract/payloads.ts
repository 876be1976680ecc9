import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { ZodError, z } from "zod";
import { askProvider, defineJob, type GivenUpJob, packClaims, reconcileReceipts } from "../../src/index.ts";
import { until } from "../until.ts";
import { done, givenJob, recorder, type Setup } from "./setup.ts";

export function payloads({ queue }: Setup): void {
  test("a payload is parsed when put in and when taken out", async () => {
    const payload = z.object({ count: z.coerce.number().int() });
    const job = defineJob({ name: `test.${randomUUID()}`, payload, attempts: 1, backoffMs: 10 });
    const seen: unknown[] = [];
    const work = queue().work(job, async (given) => {
      seen.push(given);
      return done;
    });
    const fromTheFuture: { count: unknown; unheardOf: boolean } = { count: "7", unheardOf: true };
    await queue().enqueue(job, fromTheFuture);
    await expect(queue().enqueue(job, { count: "many" })).rejects.toThrow(ZodError);
    await until("the good one ran", () => seen.length === 1);

    expect(seen).toEqual([{ count: 7 }]);
    expect(await queue().counts(job)).toMatchObject({ waiting: 0, failed: 0 });
    await work.close();
  });

  test("a waiting job that cannot be parsed is given up at once, and the next one runs", async () => {
    const job = givenJob({ attempts: 5 });
    const older = defineJob({ name: job.name, payload: z.object({ memo: z.string() }), attempts: 5, backoffMs: 10 });
    const { seen, handler } = recorder();
    const givenUp: GivenUpJob[] = [];
    await queue().enqueue(older, { memo: "old" });
    await queue().enqueue(job, { note: "new" });
    const work = queue().work(job, handler, { onGivenUp: (lost) => void givenUp.push(lost) });
    await until("both are over", () => seen.length + givenUp.length === 2);

    expect(seen).toEqual(["new"]);
    const reason = expect.stringContaining("note");
    expect(givenUp).toEqual([{ name: job.name, payload: { memo: "old" }, reason, attempts: 1 }]);
    await work.close();
  });

  test("the catalogue's jobs go through, with letters that the store itself would refuse", async () => {
    const verificationId = randomUUID();
    const said = { route: "default", verificationId, transactionId: "hks1", passed: true, subCode: "200", keyId: "k1" };
    const claim = { ...said, id: randomUUID(), receivedAt: new Date(), late: false, extra: { utm: "a\0b\ud800" } };
    const claims = packClaims({ batchId: randomUUID(), claims: [claim] });
    const seen: unknown[] = [];
    const record = async (payload: unknown) => {
      seen.push(payload);
      return done;
    };
    const works = [queue().work(reconcileReceipts, record), queue().work(askProvider, record)];
    await queue().enqueue(reconcileReceipts, { claims });
    await until("the claims arrived", () => seen.length === 1);
    await queue().enqueue(askProvider, { route: "default" });
    await until("the ring arrived", () => seen.length === 2);

    expect(seen).toEqual([{ claims }, { route: "default" }]);
    await Promise.all(works.map((work) => work.close()));
  });
}
