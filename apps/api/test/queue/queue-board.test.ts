import { migrateQueue, openQueue, type Queue, reconcileReceipts } from "@verdict/queue";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser, givenPerson } from "../access/callers.ts";
import { setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
let queue: Queue;
let app: ReturnType<typeof s.apiWith>;
const CLAIMS = '[["a claim that exists nowhere else"]]';

beforeAll(async () => {
  s = await setup();
  await migrateQueue(s.database.url);
  queue = openQueue({ url: s.database.url });
  await queue.enqueue(reconcileReceipts, { claims: CLAIMS });
  app = s.apiWith({ boardQueues: [queue.forBoard(reconcileReceipts, "Callbacks to decide on")] });
});
afterAll(async () => {
  await queue.close();
  await s.database.drop();
});

const signedIn = async (role: "admin" | "operator" | "auditor") => {
  const tab = browser(app);
  await tab.signIn((await givenPerson(s, { role })).email);
  return tab;
};
const JOBS = "/queue-board/api/queues?activeQueue=receipts.reconcile&page=1&status=latest&jobsPerPage=10";

test("an admin sees the waiting job, its payload masked", async () => {
  const tab = await signedIn("admin");
  const page = await tab.request("/queue-board");
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain('<base href="/queue-board/');
  expect(html).not.toContain("googleapis");
  expect(page.headers.get("Content-Security-Policy")).toMatch(/script-src 'self';.*base-uri 'self'/);

  const jobs = await tab.request(JOBS);
  const told = await jobs.text();
  expect([jobs.status, told]).toEqual([200, expect.stringContaining(`•••• (${CLAIMS.length})`)]);
  expect(told).not.toContain("a claim that");
  expect(JSON.parse(told)).toMatchObject({ queues: [{ counts: { waiting: 1 }, readOnlyMode: true }] });
});

test("nothing can be done there, by nobody", async () => {
  const tab = await signedIn("admin");
  for (const [method, path] of [
    ["PUT", "/queue-board/api/queues/receipts.reconcile/pause"],
    ["PUT", "/queue-board/api/queues/receipts.reconcile/empty"],
    ["PUT", "/queue-board/api/queues/receipts.reconcile/clean/wait"],
    ["POST", "/queue-board/api/queues/receipts.reconcile/add"],
  ] as const) {
    const response = await tab.request(path, { method, body: {} });
    expect(response.status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
  }
  expect(await queue.counts(reconcileReceipts)).toMatchObject({ waiting: 1 });
});

test("it is for admins: others are refused, page, data and files, and nobody is asked who he is", async () => {
  for (const role of ["operator", "auditor"] as const) {
    const tab = await signedIn(role);
    for (const path of ["/queue-board", JOBS]) expect((await tab.request(path)).status).toBe(403);
  }
  for (const path of ["/queue-board", JOBS, "/queue-board/static/js/main.js"]) {
    expect((await app.request(path)).status).toBe(401);
  }
});
