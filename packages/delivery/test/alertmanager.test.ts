import { until } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { channelConfig, type Notice, send } from "../src/index.ts";
import { alertmanagerBinary, startAlertmanager } from "./alertmanager-process.ts";
import { givenNotice, hugeNotice } from "./given-notice.ts";
import { allowHosts, allowReceiver, givenClient, givenReceiver } from "./receiver.ts";

const binary = alertmanagerBinary();
const why = binary ? "" : " (skipped: install prometheus-alertmanager to run it)";

type Held = {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL: string;
  status: { state: string };
};

describe.skipIf(!binary)(`against a real Alertmanager${why}`, () => {
  let real: Awaited<ReturnType<typeof startAlertmanager>>;
  beforeAll(async () => {
    real = await startAlertmanager(binary ?? "");
  });
  afterAll(() => real.stop());

  const held = async (alertId: string): Promise<Held[]> => {
    const answer = await fetch(`${real.url}/api/v2/alerts?filter=alert_id%3D%22${alertId}%22`);
    return (await answer.json()) as Held[];
  };

  const tell = (notice: Notice, config: object = {}, now = new Date()) => {
    const client = givenClient({ allowed: allowHosts({ host: "127.0.0.1", port: real.port }) });
    const channel = channelConfig.parse({ kind: "alertmanager", url: real.url, ...config });
    return send(channel, notice, { client, now: () => now });
  };

  test("an alert is found there as it was told, stays one when it is repeated, and ends when it is resolved", async () => {
    const notice = givenNotice({ alertId: "life" });
    const hour = { labels: { team: "identity" }, firingSeconds: 3_600 };
    const now = new Date();
    expect(await tell(notice, hour, now)).toEqual({ outcome: "sent" });
    const [opened, ...others] = await held("life");
    expect(others).toEqual([]);
    expect(opened).toMatchObject({
      labels: {
        alertname: "discrepancy.mutated_replay",
        severity: "critical",
        environment: "live",
        route: "default",
        service: "verdict",
        alert_id: "life",
        team: "identity",
      },
      annotations: { description: notice.summary, count: "12", runbook_url: notice.runbookLink },
      generatorURL: notice.deepLink,
    });
    expect(Date.parse(opened?.endsAt ?? "")).toBe(now.getTime() + 3_600_000);

    expect(await tell({ ...notice, kind: "repeated", count: 99 }, hour)).toEqual({ outcome: "sent" });
    expect(await held("life")).toMatchObject([{ annotations: { count: "99" } }]);

    expect(await tell({ ...notice, kind: "resolved" }, hour)).toEqual({ outcome: "sent" });
    await until(async () => (await held("life")).length === 0);
  });

  test("an alert that is larger than it should be is taken all the same", async () => {
    expect(await tell({ ...hugeNotice(), alertId: "huge" })).toEqual({ outcome: "sent" });
    expect(await held("huge")).toHaveLength(1);
  });

  test("an alert from a clock that is ahead of ours is taken", async () => {
    const firstAt = new Date(Date.now() + 60_000);
    expect(await tell(givenNotice({ alertId: "ahead", firstAt, kind: "resolved" }))).toEqual({ outcome: "sent" });
  });

  test("a test is an alert of its own that ends by itself within a minute", async () => {
    const now = new Date();
    expect(await tell(givenNotice({ kind: "test", noticeId: "trial" }), {}, now)).toEqual({ outcome: "sent" });
    const [trial] = await held("trial");
    expect(trial?.labels.alertname).toBe("VerdictTest");
    expect(Date.parse(trial?.endsAt ?? "")).toBe(now.getTime() + 60_000);
  });
});

test("a token goes along for the proxy before it, and a base with a path is kept", async () => {
  const proxy = await givenReceiver((_request, response) => void response.end());
  const channel = channelConfig.parse({ kind: "alertmanager", url: `${proxy.url}/alerts/`, token: "t0k3n" });
  const client = givenClient({ allowed: allowReceiver(proxy) });
  expect(await send(channel, givenNotice(), { client, now: () => new Date() })).toEqual({ outcome: "sent" });
  expect(proxy.received).toMatchObject([
    { path: "/alerts/api/v2/alerts", headers: { authorization: "Bearer t0k3n", "content-type": "application/json" } },
  ]);
});
