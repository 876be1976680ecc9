import { randomUUIDv7 } from "node:crypto";
import { insertReceiptBatch, insertReceipts, RECEIPT_TRIES, recordGivenUp } from "@verdict/db";
import { QueueUnavailableError } from "@verdict/queue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf, problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const NOON = new Date("2026-03-01T12:00:00.123Z");

/** Receipts that were given up, each a second after the last, on a route of their own. */
async function givenReceipts(count: number, reason = "it broke") {
  const route = randomUUIDv7();
  const ids: string[] = [];
  const verificationIds: string[] = [];
  for (let index = 0; index < count; index++) {
    const at = new Date(NOON.getTime() + index * 1_000);
    const [receiptId, verificationId, id] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    const said = { route, verificationId, transactionId: "tx", passed: true, subCode: "200" };
    const receipt = { ...said, id: receiptId, keyId: "k1", late: false, extra: null, receivedAt: NOON };
    await insertReceipts(s.db, [receipt], "postgres", NOON);
    for (let time = 0; time < RECEIPT_TRIES; time++) {
      await recordGivenUp(s.db, { id, kind: "receipt", reference: receiptId, reason, at });
    }
    ids.push(id);
    verificationIds.push(verificationId);
  }
  return { route, ids, verificationIds };
}

async function givenJob(payload: unknown): Promise<string> {
  const id = randomUUIDv7();
  const job = { queue: "receipts.reconcile", payload };
  await recordGivenUp(s.db, { id, kind: "job", reference: id, reason: "50 attempts", job, at: NOON });
  return id;
}

type Listed = { items: { id: string; kind: string }[]; nextCursor: string | null };
const bodyOf = async <T = Record<string, unknown>>(response: Response) => (await response.json()) as T;
const list = async (query: string) => bodyOf<Listed>(await s.get(`/v1/work?${query}`));
const redrive = (body: Record<string, unknown>, to = s.app) =>
  s.post({ reason: "mended", ...body }, { path: "/v1/work/redrive", to });

describe("the list of given-up work", () => {
  test("comes newest first, in pages that a cursor leads through", async () => {
    const { route, ids } = await givenReceipts(5);
    const seen: string[][] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Listed = await list(`route=${route}&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(page.items.map((item) => item.id));
      cursor = page.nextCursor;
    }
    const [a, b, c, d, e] = ids.toReversed();
    expect(seen).toEqual([[a, b], [c, d], [e]]);
  });

  test("can be narrowed down", async () => {
    const { route, ids } = await givenReceipts(3);
    await redrive({ ids: ids.slice(0, 1) });
    const found = async (query: string) => (await list(`route=${route}&${query}`)).items.length;
    expect(await found("status=open")).toBe(2);
    expect(await found("status=redriven")).toBe(1);
    expect(await found("kind=receipt")).toBe(3);
    expect(await found("kind=batch")).toBe(0);
    expect(await found("reasonContains=BROKE")).toBe(3);
    expect(await found("reasonContains=mended")).toBe(0);
    expect(await found("from=2026-03-01T12:00:01Z&to=2026-03-01T12:00:01.500Z")).toBe(1);
  });

  test.each([
    ["limit=0", "limit"],
    ["kind=letter", "kind"],
    ["status=gone", "status"],
    ["cursor=made-up", "cursor"],
    ["from=yesterday", "from"],
    ["reasonContains=%00", "reasonContains"],
  ])("is refused to whoever asks for %s", async (query, fault) => {
    const response = await s.get(`/v1/work?${query}`);
    expect(response.status).toBe(400);
    expect(await faultsOf(response)).toEqual([fault]);
  });
});

describe("a piece of given-up work", () => {
  test("is shown with its reason", async () => {
    const { route, ids, verificationIds } = await givenReceipts(1);
    const response = await s.get(`/v1/work/${ids[0]}`);
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    const work = await bodyOf(response);
    expect(work).toEqual({
      ...{ id: ids[0], kind: "receipt", status: "open", reference: expect.any(String), queue: null, route },
      ...{ verificationId: verificationIds[0], reason: "it broke", payload: null, times: RECEIPT_TRIES },
      ...{ firstAt: NOON.toISOString(), lastAt: NOON.toISOString(), redrivenAt: null, redrivenBy: null },
    });
    expect((await list(`route=${route}`)).items).toEqual([work]);
  });

  test("that is a job shows what it carries by name and size, never what that says", async () => {
    const id = await givenJob({ claims: "alice", receiptIds: [] });
    const text = await (await s.get(`/v1/work/${id}`)).text();
    expect(JSON.parse(text)).toMatchObject({ queue: "receipts.reconcile", payload: { claims: 7, receiptIds: 2 } });
    expect(text).not.toContain("alice");
  });

  test.each([randomUUIDv7(), "7", "redrive", "'or 1=1"])("that nobody gave up is not found: %s", async (id) => {
    expect(await problemOf(await s.get(`/v1/work/${encodeURIComponent(id)}`))).toMatchObject({
      contentType: "application/problem+json",
      httpStatus: 404,
      code: "not_found",
    });
  });
});

describe("a redrive", () => {
  test("puts back by a filter what its dry run counted", async () => {
    const { route } = await givenReceipts(3);
    const dry = await redrive({ filter: { route }, dryRun: true });
    expect([dry.status, await bodyOf(dry)]).toEqual([200, { matched: 3, redriven: 0, dryRun: true }]);
    expect(await bodyOf(await redrive({ filter: { route } }))).toEqual({ matched: 3, redriven: 3, dryRun: false });
    expect(await bodyOf(await redrive({ filter: { route } }))).toEqual({ matched: 0, redriven: 0, dryRun: false });
    const [first] = (await list(`route=${route}`)).items;
    expect(first).toMatchObject({ status: "redriven", redrivenBy: "bootstrap", redrivenAt: expect.any(String) });
  });

  test("by ids takes those and no others", async () => {
    const { route, ids } = await givenReceipts(3);
    const chosen = { ids: [ids[1], randomUUIDv7()] };
    expect(await bodyOf(await redrive(chosen))).toMatchObject({ matched: 1, redriven: 1 });
    expect((await list(`route=${route}&status=redriven`)).items.map(({ id }) => id)).toEqual([ids[1]]);
  });

  test("puts a job back with all it carried, and a batch where the sweep finds it", async () => {
    const payload = { claims: "packed" };
    const batchId = randomUUIDv7();
    await insertReceiptBatch(s.db, { id: batchId, packed: "damaged", claims: 1, dueAt: NOON });
    const id = randomUUIDv7();
    await recordGivenUp(s.db, { id, kind: "batch", reference: batchId, reason: "it broke", at: NOON });
    expect(await bodyOf(await redrive({ ids: [await givenJob(payload), id] }))).toMatchObject({ redriven: 2 });
    expect(s.putBack).toContainEqual({ queue: "receipts.reconcile", payload });
    const [batch] = await s.db.sql`select due_at <= now() as due from receipt_batches where id = ${batchId}`;
    expect(batch).toEqual({ due: true });
  });

  test("while the queue is away is told to come again", async () => {
    const redrive = () => Promise.reject(new QueueUnavailableError("away"));
    const to = s.apiWith({ redrive });
    const response = await s.post({ filter: {}, reason: "mended" }, { path: "/v1/work/redrive", to });
    expect(response.headers.get("Retry-After")).toBe("1");
    expect(await problemOf(response)).toMatchObject({ httpStatus: 503, code: "queue_unavailable" });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["neither ids nor a filter", {}, "filter"],
    ["both", { ids: [randomUUIDv7()], filter: {} }, "filter"],
    ["no ids", { ids: [] }, "ids"],
    ["an id that is none", { ids: ["7"] }, "ids.0"],
    ["too many ids", { ids: Array(1_001).fill(randomUUIDv7()) }, "ids"],
    ["an unknown kind", { filter: { kind: "letter" } }, "filter.kind"],
    ["a filter with a slip of the pen", { filter: { roote: "default" } }, "filter.roote"],
    ["a dry run that is perhaps one", { filter: {}, dryRun: "no" }, "dryRun"],
    ["no reason", { filter: {}, reason: " " }, "reason"],
  ])("with %s is refused, and nothing is put back", async (_, body, fault) => {
    const { route } = await givenReceipts(1);
    const response = await redrive(body);
    expect(response.status).toBe(400);
    expect(await faultsOf(response)).toEqual([fault]);
    expect((await list(`route=${route}&status=open`)).items).toHaveLength(1);
  });
});

test("the description of the API lists it", async () => {
  const { paths } = await bodyOf<{ paths: Record<string, Record<string, object>> }>(
    await s.app.request("/openapi.json"),
  );
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(["/v1/work", "/v1/work/{id}", "/v1/work/redrive"]));
});
