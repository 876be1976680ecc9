import { randomUUIDv7 } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fanOutEvents, raiseAlert } from "@verdict/db";
import { openDeliveryClient, PUBLIC_ONLY } from "@verdict/delivery";
import { HOSTILE_NAMES, HOSTILE_URLS, until } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, givenKey } from "../access/callers.ts";
import { problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
let server: Server;
let url: string;
let status = 200;
const heard: { headers: Record<string, string>; body: Record<string, unknown> }[] = [];
beforeAll(async () => {
  s = await setup();
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      heard.push({ headers: request.headers as Record<string, string>, body: JSON.parse(body) });
      response.writeHead(status).end("heard");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
});
afterAll(async () => {
  server.close();
  await s.database.drop();
});

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = s.authorized()) =>
  s.app.request(path, {
    method,
    headers: { ...headers, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const create = (body: unknown, headers?: Record<string, string>) => send("POST", "/v1/endpoints", body, headers);
const given = async (changes: object = {}) => {
  const created = await create({ name: randomUUIDv7(), url, ...changes });
  return (await created.json()) as { id: string; name: string; secret: string; warning: string | null };
};
const read = async (path: string, headers: Record<string, string> = s.authorized()) => {
  const response = await s.app.request(path, { headers });
  return (await response.json()) as Record<string, never>;
};

/** Events on these routes, with their deliveries made. */
async function givenEvents(...routes: string[]) {
  for (const route of routes) {
    const id = randomUUIDv7();
    const about = { severity: "warning", route, verificationId: null, detail: "a test" } as const;
    await raiseAlert(s.db, { id, rule: `a test ${id}`, ...about, at: new Date() });
  }
  await until(async () => {
    const made = await fanOutEvents(s.db, { now: new Date(), limit: 100 });
    return made.kind === "done" && made.events < 100 && !made.pending;
  });
}

type Page = { items: { id: string; route: string; state: string }[]; nextCursor: string | null };

describe("an endpoint", () => {
  test("is added, read, changed and deleted; its secret is shown once, and all of it is on record", async () => {
    const created = await create({ name: "shop", url, types: ["verification.passed"], routes: ["default"] });
    expect(created.status).toBe(201);
    const { id, secret, ...made } = (await created.json()) as { id: string; secret: string };
    expect(secret).toMatch(/^whsec_/);
    expect(made).toMatchObject({ name: "shop", url, state: "active", types: ["verification.passed"], warning: null });
    const rows = await s.db.sql`select * from endpoints where id = ${id}`;
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(await read(`/v1/endpoints/${id}`))).not.toContain("whsec_");
    expect(await read("/v1/endpoints")).toMatchObject({ items: [{ id }] });

    const off = await send("PATCH", `/v1/endpoints/${id}`, { state: "disabled", types: null });
    expect(await off.json()).toMatchObject({ state: "disabled", disabledWhy: "person", types: null });
    const on = await send("PATCH", `/v1/endpoints/${id}`, { state: "active" });
    expect(await on.json()).toMatchObject({ state: "active", disabledWhy: null, disabledAt: null });
    const rotated = await send("POST", `/v1/endpoints/${id}/rotate-secret`, { overlapHours: 1 });
    const answer = (await rotated.json()) as { secret: string; previousSecretUntil: string };
    expect(answer.secret).not.toBe(secret);
    expect(Date.parse(answer.previousSecretUntil)).toBeGreaterThan(Date.now() + 3_500_000);

    expect((await send("DELETE", `/v1/endpoints/${id}`)).status).toBe(204);
    expect((await send("DELETE", `/v1/endpoints/${id}`)).status).toBe(404);
    const actions = await s.db
      .sql`select action, before, after from human_actions where subject = ${id} order by at, id`;
    expect(actions.map(({ action }) => action)).toEqual([
      ...["endpoint.create", "endpoint.change", "endpoint.change", "endpoint.rotate_secret", "endpoint.delete"],
    ]);
    expect(JSON.stringify(actions)).not.toMatch(/whsec_|\/events/);
  });

  test("has a name of its own", async () => {
    const [first, second] = [await given(), await given()];
    expect(await problemOf(await create({ name: first.name, url }))).toMatchObject({ code: "name_taken" });
    const renamed = await send("PATCH", `/v1/endpoints/${second.id}`, { name: first.name });
    expect(await problemOf(renamed)).toMatchObject({ httpStatus: 409, code: "name_taken" });
  });

  test("whose host leads nowhere yet may be saved, with a warning", async () => {
    expect(await given({ url: "https://not-yet.example.com/" })).toMatchObject({ warning: "unresolved" });
  });

  test("is tried out with an event of its own, signed with every live secret", async () => {
    const { id } = await given();
    await send("POST", `/v1/endpoints/${id}/rotate-secret`, {});
    const tried = await send("POST", `/v1/endpoints/${id}/test`);
    expect(await tried.json()).toMatchObject({ outcome: "delivered", status: 200, error: null, body: "heard" });
    expect(heard.at(-1)?.body).toMatchObject({ type: "verdict.test", data: { endpointId: id } });
    expect(heard.at(-1)?.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    status = 500;
    const failed = await send("POST", `/v1/endpoints/${id}/test`);
    expect(await failed.json()).toMatchObject({ outcome: "failed", status: 500, error: "It answered 500" });
    status = 200;
  });
});

test("every hostile URL is refused at save, with a sentence for who typed it, when added and when changed", async () => {
  const client = openDeliveryClient();
  const resolve = async (host: string) => HOSTILE_NAMES[host] ?? [];
  const app = s.apiWith({ delivery: { client, allowed: PUBLIC_ONLY, resolve } });
  const { id } = await given();
  const before = heard.length;
  for (const [hostile] of HOSTILE_URLS) {
    const typed = hostile.replaceAll("PORT", new URL(url).port);
    for (const [method, path, body] of [
      ["POST", "/v1/endpoints", { name: "hostile", url: typed }],
      ["PATCH", `/v1/endpoints/${id}`, { url: typed }],
    ] as const) {
      const headers = { ...s.authorized(), "Content-Type": "application/json" };
      const refused = await problemOf(await app.request(path, { method, headers, body: JSON.stringify(body) }));
      expect(refused, typed).toMatchObject({
        ...{ httpStatus: 400, code: "invalid_request" },
        errors: [{ path: "url", message: expect.stringMatching(/^[A-Z].+\.$/) }],
      });
    }
  }
  expect(await read(`/v1/endpoints/${id}`)).toMatchObject({ url });
  expect(heard).toHaveLength(before);
  await client.close(0);
});

describe("deliveries", () => {
  test("are listed newest first in pages, by state, type and route, and read with their event and attempts", async () => {
    const { id } = await given();
    await givenEvents("east", "west", "east");
    const list = async (query = ""): Promise<Page> => (await read(`/v1/endpoints/${id}/deliveries${query}`)) as never;
    const all = await list();
    expect(all.items).toHaveLength(3);
    const first = await list("?limit=2");
    const rest = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items]).toEqual(all.items);
    expect(rest.nextCursor).toBeNull();
    expect((await list("?route=west&state=pending&type=alert.opened")).items).toHaveLength(1);
    expect((await list("?state=delivered,given_up")).items).toHaveLength(0);
    expect((await list("?type=alert.resolved")).items).toHaveLength(0);
    const [one] = all.items;
    await s.db.sql`
      insert into delivery_attempts (id, delivery_id, at, duration_ms, outcome, status, error, body)
      values (gen_random_uuid(), ${one?.id ?? ""}, now(), 12, 'failed', 500, 'It answered 500', 'oops')`;
    expect(await read(`/v1/deliveries/${one?.id}`)).toMatchObject({
      ...{ id: one?.id, state: "pending", event: { type: "alert.opened", version: 1 } },
      attemptLog: [{ status: 500, error: "It answered 500", body: "oops", durationMs: 12 }],
    });
    expect((await s.get(`/v1/deliveries/${randomUUIDv7()}`)).status).toBe(404);
  });

  test("are replayed one way at a time, as many as the dry run counts, with a reason on record", async () => {
    const { id } = await given();
    await givenEvents("east", "west");
    const replay = (body: object) => send("POST", `/v1/endpoints/${id}/replay`, body);
    await s.db.sql`update deliveries set state = 'given_up', next_attempt_at = null, ended_at = now(), last_error = 'no'
      where endpoint_id = ${id} and route = 'east'`;
    const failures = { failures: true, reason: "it is mended" };
    expect(await (await replay({ ...failures, dryRun: true })).json()).toEqual({
      matched: 1,
      replayed: 0,
      dryRun: true,
    });
    expect(await (await replay(failures)).json()).toEqual({ matched: 1, replayed: 1, dryRun: false });
    const span = {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 1_000).toISOString(),
    };
    expect(await (await replay({ ...span, dryRun: true })).json()).toMatchObject({ matched: 2 });
    for (const wrong of [
      {},
      { from: span.from },
      { ...span, failures: true },
      { failures: false },
      { deliveryId: "x" },
    ]) {
      expect((await replay(wrong)).status).toBe(400);
    }
    await send("PATCH", `/v1/endpoints/${id}`, { state: "disabled" });
    expect(await problemOf(await replay(failures))).toMatchObject({ httpStatus: 409, code: "endpoint_disabled" });
    const [action] = await s.db
      .sql`select reason, after from human_actions where subject = ${id} and action = 'endpoint.replay'`;
    expect(action).toMatchObject({ reason: "it is mended", after: { kind: "failures", replayed: 1 } });
  });
});

describe("whoever is bound to routes", () => {
  test("sees, changes and replays what belongs to them and nothing else", async () => {
    const { key } = await givenKey(s, { scopes: ["endpoints.read", "endpoints.write"], routes: ["east"] });
    const headers = bearer(key);
    const [all, west, both, own] = [
      await given(),
      await given({ routes: ["west"] }),
      await given({ routes: ["east", "west"] }),
      await given({ routes: ["east"] }),
    ];
    const { items } = (await read("/v1/endpoints", headers)) as unknown as Page;
    expect(items.map(({ id }) => id)).toEqual([own.id]);
    await givenEvents("east", "west");
    for (const { id } of [all, west, both]) {
      expect((await send("GET", `/v1/endpoints/${id}`, undefined, headers)).status).toBe(404);
      expect((await send("PATCH", `/v1/endpoints/${id}`, { name: "mine" }, headers)).status).toBe(404);
      expect((await send("DELETE", `/v1/endpoints/${id}`, undefined, headers)).status).toBe(404);
      expect((await send("POST", `/v1/endpoints/${id}/test`, undefined, headers)).status).toBe(404);
      expect((await send("POST", `/v1/endpoints/${id}/rotate-secret`, {}, headers)).status).toBe(404);
      expect((await send("GET", `/v1/endpoints/${id}/deliveries`, undefined, headers)).status).toBe(404);
      expect((await send("POST", `/v1/endpoints/${id}/replay`, { failures: true }, headers)).status).toBe(404);
      const [delivery] = await s.db.sql`select id from deliveries where endpoint_id = ${id}`;
      expect((await send("GET", `/v1/deliveries/${delivery?.id}`, undefined, headers)).status).toBe(404);
    }
    const page = (await read(`/v1/endpoints/${own.id}/deliveries`, headers)) as unknown as Page;
    expect(page.items).toMatchObject([{ route: "east" }]);
    expect((await send("GET", `/v1/deliveries/${page.items[0]?.id}`, undefined, headers)).status).toBe(200);

    const mine = { name: "mine", url };
    expect((await create({ ...mine, routes: ["east"] }, headers)).status).toBe(201);
    expect(await problemOf(await create({ ...mine, routes: ["west"] }, headers))).toMatchObject({
      errors: [{ path: "routes" }],
    });
    expect(await problemOf(await create(mine, headers))).toMatchObject({ errors: [{ path: "routes" }] });
    const widened = await send("PATCH", `/v1/endpoints/${own.id}`, { routes: null }, headers);
    expect(await problemOf(widened)).toMatchObject({ errors: [{ path: "routes" }] });
  });
});
