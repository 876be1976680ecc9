import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openDeliveryClient, PUBLIC_ONLY } from "@verdict/delivery";
import { HOSTILE_NAMES, HOSTILE_URLS } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
let server: Server;
let url: string;
const heard: { type: string }[] = [];
let status = 200;
beforeAll(async () => {
  s = await setup();
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      heard.push(JSON.parse(body));
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  server.close();
  await s.database.drop();
});

const secret = `whsec_${Buffer.from("a secret that only this test knows").toString("base64")}`;
const webhook = (name: string, changes: object = {}) => ({
  name,
  config: { kind: "webhook", url, secrets: [secret] },
  ...changes,
});
const create = (body: unknown) => s.post(body, { path: "/v1/channels" });
const send = (method: string, path: string, body?: unknown) =>
  s.app.request(path, {
    method,
    headers: s.authorized({ "Content-Type": "application/json" }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const given = async (name: string) => (await (await create(webhook(name))).json()) as { id: string };

describe("a channel", () => {
  test("is added, listed, changed and deleted, and never shows its secrets", async () => {
    const created = await create(webhook("ops", { severities: ["critical"], routes: ["default"], step: 1 }));
    expect(created.status).toBe(201);
    const { id, ...channel } = (await created.json()) as { id: string };
    expect(channel).toMatchObject({ name: "ops", kind: "webhook", severities: ["critical"], step: 1, enabled: true });
    expect(JSON.stringify(channel)).not.toContain(secret);
    const rows = await s.db.sql`select config, secrets from channels where id = ${id}`;
    expect(JSON.stringify(rows)).not.toContain(secret);

    const changed = await send("PATCH", `/v1/channels/${id}`, { enabled: false, step: 0 });
    expect(await changed.json()).toMatchObject({ id, name: "ops", enabled: false, step: 0, routes: ["default"] });
    const { items } = (await (await s.get("/v1/channels")).json()) as { items: { id: string }[] };
    expect(items.map((item) => item.id)).toContain(id);

    expect((await send("DELETE", `/v1/channels/${id}`)).status).toBe(204);
    expect((await send("DELETE", `/v1/channels/${id}`)).status).toBe(404);
    const actions = await s.db.sql`select action from human_actions where subject = ${id} order by at, id`;
    expect(actions.map(({ action }) => action)).toEqual(["channel.create", "channel.change", "channel.delete"]);
  });

  test("has a name of its own", async () => {
    const [{ id }] = await Promise.all([given("first")]);
    await given("second");
    expect(await problemOf(await create(webhook("first")))).toMatchObject({ httpStatus: 409, code: "name_taken" });
    const renamed = await send("PATCH", `/v1/channels/${id}`, { name: "second" });
    expect(await problemOf(renamed)).toMatchObject({ httpStatus: 409, code: "name_taken" });
  });

  test("may not lead into the house, unless an operator allows that", async () => {
    const inside = { kind: "webhook", url: "https://169.254.169.254/latest", secrets: [secret] };
    const refused = await problemOf(await create({ name: "inside", config: inside }));
    expect(refused).toMatchObject({ httpStatus: 400, errors: [{ path: "config.url" }] });
  });

  test("is refused at save for every hostile URL, whatever its kind", async () => {
    const client = openDeliveryClient();
    const resolve = async (host: string) => HOSTILE_NAMES[host] ?? [];
    const app = s.apiWith({ delivery: { client, allowed: PUBLIC_ONLY, resolve } });
    const headers = { ...s.authorized(), "Content-Type": "application/json" };
    const kinds = [
      (at: string) => ({ kind: "webhook", url: at, secrets: [secret] }),
      (at: string) => ({ kind: "slack", url: at }),
      (at: string) => ({ kind: "dingtalk", url: at }),
      (at: string) => ({ kind: "feishu", url: at }),
      (at: string) => ({ kind: "pagerduty", url: at, routingKey: "0".repeat(32) }),
      (at: string) => ({ kind: "alertmanager", url: at }),
    ];
    for (const [nth, [hostile]] of HOSTILE_URLS.entries()) {
      const config = kinds[nth % kinds.length]?.(hostile.replaceAll("PORT", "8443"));
      const body = JSON.stringify({ name: "hostile", config });
      const refused = await problemOf(await app.request("/v1/channels", { method: "POST", headers, body }));
      expect(refused, hostile).toMatchObject({ httpStatus: 400, errors: [{ path: "config.url" }] });
    }
    const hosts = [
      "127.0.0.1",
      "0x7f.1",
      "2130706433",
      "::1",
      "localhost",
      "metadata.google.internal",
      "private.example.com",
    ];
    for (const host of hosts) {
      const config = { kind: "email", host, from: "a@example.com", to: ["b@example.com"] };
      const body = JSON.stringify({ name: "hostile", config });
      const refused = await problemOf(await app.request("/v1/channels", { method: "POST", headers, body }));
      expect(refused, host).toMatchObject({ httpStatus: 400, errors: [{ path: "config.host" }] });
    }
    await client.close(0);
  });

  test("whose configuration is wrong is refused without repeating it", async () => {
    const config = { kind: "slack", url: "https://hooks.slack.com/secret-part", nonsense: true };
    const refused = await problemOf(await create({ name: "wrong", config }));
    expect(refused).toMatchObject({ httpStatus: 400, code: "invalid_request" });
    expect(JSON.stringify(refused)).not.toContain("secret-part");
  });

  test("is tried out, and tells how that went", async () => {
    const { id } = await given("tried");
    const tried = await send("POST", `/v1/channels/${id}/test`);
    expect(await tried.json()).toEqual({ outcome: "sent" });
    expect(heard.at(-1)).toMatchObject({ type: "alert.test" });
    status = 500;
    expect(await (await send("POST", `/v1/channels/${id}/test`)).json()).toMatchObject({ outcome: "failed" });
    status = 200;
  });
});

describe("a silence", () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
  const silence = (body: object) => s.post(body, { path: "/v1/silences" });

  test("is made with its author and reason, listed, and ended", async () => {
    const created = await silence({ rule: "backlog", reason: "we migrate", expiresAt: inAnHour() });
    expect(created.status).toBe(201);
    const { id, ...made } = (await created.json()) as { id: string };
    expect(made).toMatchObject({
      rule: "backlog",
      route: null,
      reason: "we migrate",
      createdBy: "bootstrap",
      active: true,
    });
    const listed = async (query = "") =>
      ((await (await s.get(`/v1/silences${query}`)).json()) as { items: { id: string }[] }).items;
    expect(await listed()).toMatchObject([{ id }]);
    expect(await (await send("DELETE", `/v1/silences/${id}`)).json()).toMatchObject({
      endedBy: "bootstrap",
      active: false,
    });
    expect(await listed()).toEqual([]);
    expect(await listed("?all=true")).toMatchObject([{ id }]);
    expect((await send("DELETE", `/v1/silences/${id}`)).status).toBe(404);
  });

  test.each([
    ["without a reason", { expiresAt: "2099-01-01T00:00:00Z" }],
    ["that is over", { reason: "late", expiresAt: "2020-01-01T00:00:00Z" }],
    ["without an end in sight", { reason: "for ever", expiresAt: "2099-01-01T00:00:00Z" }],
    ["by a matcher that does not exist", { reason: "typo", rout: "default", expiresAt: "2099-01-01T00:00:00Z" }],
  ])("%s is refused", async (_what, body) => {
    expect((await silence(body)).status).toBe(400);
  });
});
