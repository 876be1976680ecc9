import { randomUUIDv7 } from "node:crypto";
import {
  acknowledgeAlert,
  type Channel,
  createChannel,
  createSilence,
  type DueNotification,
  deleteChannel,
  endSilence,
  listAlerts,
  listNotifications,
  raiseAlert,
  resolveAlert,
} from "@verdict/db";
import { DEFAULT_NOTIFICATION_POLICY } from "@verdict/domain";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { planDueNotifications } from "../src/plan-notifications.ts";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { notificationSender, type Sending } from "../src/send-notifications.ts";
import { ok, scriptedProvider, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());
beforeEach(async () => {
  s.pass(100_000);
  // Each test starts with nothing to tell and nobody to tell it to.
  await s.db.sql`delete from channels`;
  await s.db
    .sql`update alerts set status = 'resolved', resolved_at = now(), resolved_by = 'test' where status <> 'resolved'`;
  await s.db.sql`update alert_groups set due_at = null`;
  await s.db.sql`update notifications set state = 'dead', next_attempt_at = null where state = 'pending'`;
  await s.db.sql`delete from silences`;
});

const givenChannel = async (name: string, changes: Partial<Channel> = {}): Promise<Channel> => {
  const at = s.now();
  const channel: Channel = {
    ...{ id: randomUUIDv7(), name, kind: "webhook", config: {}, secrets: "", severities: ["critical", "warning"] },
    ...{ routes: null, step: 0, enabled: true, createdAt: at, updatedAt: at },
    ...changes,
  };
  await createChannel(s.db, channel, "ann");
  return channel;
};

/** What was sent, and a switch for each channel that lets it fail. */
function phone() {
  const sent: { channel: string; kind: string; count: number; rule: string }[] = [];
  const down = new Set<string>();
  const failures: string[] = [];
  const send = async ({ channel, kind, group }: DueNotification & { channel: { id: string } }): Promise<Sending> => {
    if (down.has(channel.id)) return { kind: "failed", error: "nobody answers" };
    sent.push({ channel: channel.id, kind, count: group.count, rule: group.rule });
    return { kind: "sent" };
  };
  const turn = async () => {
    await planDueNotifications({ ...s.deps, policy: DEFAULT_NOTIFICATION_POLICY });
    const sender = notificationSender({ ...s.deps, send, onFailure: (_, error) => void failures.push(error) });
    await sender.round();
    await sender.idle();
  };
  return { sent, down, failures, send, turn };
}

const givenAlert = async (changes: Partial<Parameters<typeof raiseAlert>[1]> = {}) => {
  const alert = {
    ...({ id: randomUUIDv7(), rule: "liveness_attack", severity: "critical", route: "default" } as const),
    ...{ verificationId: randomUUIDv7(), detail: "A callback says 205", at: s.now() },
    ...changes,
  };
  await raiseAlert(s.db, alert);
  return alert.id;
};
const groupOf = async (alertId: string): Promise<string> => {
  const [row] = await s.db.sql<[{ id: string }]>`select group_id as id from alerts where id = ${alertId}`;
  return row.id;
};

describe("a liveness attack", () => {
  const claim = { passed: false, subCode: "205" };
  const alertsOn = async (verificationId: string) =>
    (await listAlerts(s.db, {}, { limit: 500 })).filter((alert) => alert.verificationId === verificationId);

  test("is raised by its callback, marked, and becomes confirmed: one alert, not two", async () => {
    const verification = await givenVerification(s.db, { createdAt: s.now(), nextCheckAt: s.now() });
    await reconcileReceipts(s.deps, [await s.receive(verification, claim)]);
    const [raised] = await alertsOn(verification.id);
    expect(raised).toMatchObject({ rule: "liveness_attack", confirmation: "unconfirmed", status: "open" });

    const { client } = scriptedProvider({ checkResult: [ok({ passed: "N", subCode: "205" })] });
    await s.check(verification, client);
    const [confirmed, ...others] = await alertsOn(verification.id);
    expect(confirmed).toMatchObject({ id: raised?.id, confirmation: "confirmed", status: "open" });
    expect(confirmed?.detail).toContain("The provider confirms 205");
    expect(others).toEqual([]);
  });

  test("that the provider does not confirm is over; that the callback said otherwise is told", async () => {
    const verification = await givenVerification(s.db, { createdAt: s.now(), nextCheckAt: s.now() });
    await reconcileReceipts(s.deps, [await s.receive(verification, claim)]);
    const { client } = scriptedProvider({ checkResult: [ok({ passed: "Y", subCode: "200" })] });
    await s.check(verification, client);
    const alerts = await alertsOn(verification.id);
    expect(alerts.find(({ rule }) => rule === "liveness_attack")).toMatchObject({
      ...{ status: "resolved", confirmation: "contradicted", resolvedBy: "verdict" },
    });
    expect(alerts.map(({ rule }) => rule)).toContain("discrepancy.claim_contradicted");
    expect(alerts).toHaveLength(2);
  });

  test("is raised by the result when no callback told of it", async () => {
    const verification = await givenVerification(s.db, { createdAt: s.now(), nextCheckAt: s.now() });
    const { client } = scriptedProvider({ checkResult: [ok({ passed: "N", subCode: "205" })] });
    await s.check(verification, client);
    expect(await alertsOn(verification.id)).toMatchObject([{ rule: "liveness_attack", confirmation: "confirmed" }]);
  });

  test("names nobody, neither in its line nor in what is sent", async () => {
    const verification = await givenVerification(s.db, { createdAt: s.now(), nextCheckAt: s.now() });
    await reconcileReceipts(s.deps, [await s.receive(verification, claim)]);
    const [raised] = await alertsOn(verification.id);
    expect(raised?.detail).not.toContain(verification.merchantUserHash);
    expect(raised?.subject).toBe(verification.merchantUserHash);
  });
});

test("a 206 is quiet on a route for tests", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now(), nextCheckAt: s.now() });
  const receipt = await s.receive(verification, { passed: false, subCode: "206" });
  const alerting = { rules: (await import("@verdict/domain")).DEFAULT_ALERT_RULES, isTest: () => true };
  await reconcileReceipts({ ...s.deps, alerting }, [receipt]);
  const raised = await listAlerts(s.db, { rule: "device_risk" }, { limit: 100 });
  expect(raised.filter(({ verificationId }) => verificationId === verification.id)).toEqual([]);
});

describe("telling", () => {
  test("five hundred alerts of a rule within ten seconds are one notification with the count", async () => {
    const { sent, turn } = phone();
    await givenChannel("pager");
    for (let second = 0; second < 10; second++) {
      await Promise.all(Array.from({ length: 50 }, () => givenAlert()));
      await turn();
      s.pass(1);
    }
    for (let look = 0; look < 5; look++) {
      await turn();
      s.pass(1);
    }
    expect(sent).toMatchObject([{ kind: "firing", count: 500 }]);
  });

  test("goes on to repeat until somebody acknowledges, and tells that and the end", async () => {
    const { sent, turn } = phone();
    await givenChannel("pager");
    const id = await givenAlert();
    for (const seconds of [1, 3_600, 3_600]) {
      s.pass(seconds);
      await turn();
      await turn();
    }
    expect(sent.map(({ kind }) => kind)).toEqual(["firing", "repeat", "repeat"]);
    await acknowledgeAlert(s.db, id, "ann", s.now());
    await turn();
    s.pass(90_000);
    await turn();
    expect(sent.slice(3)).toMatchObject([{ kind: "acknowledged" }]);
    await resolveAlert(s.db, id, { by: "ann", at: s.now(), reason: "our own test" });
    await turn();
    await turn();
    expect(sent.map(({ kind }) => kind)).toEqual(["firing", "repeat", "repeat", "acknowledged", "resolved"]);
    const history = await listNotifications(s.db, await groupOf(id));
    expect(history.map(({ kind, state }) => [kind, state])).toEqual(sent.map(({ kind }) => [kind, "sent"]));
  });

  test("escalates when a channel is down, and the first one catches up", async () => {
    const { sent, down, turn, failures } = phone();
    const first = await givenChannel("first");
    const second = await givenChannel("second", { step: 1 });
    down.add(first.id);
    const id = await givenAlert();
    for (let seconds = 0; seconds < 120; seconds++) {
      s.pass(1);
      await turn();
    }
    expect(sent).toMatchObject([{ channel: second.id, kind: "firing" }]);
    expect(failures.length).toBeGreaterThan(4);
    down.clear();
    for (let seconds = 0; seconds < 61; seconds++) {
      s.pass(1);
      await turn();
    }
    expect(sent.map(({ channel, kind }) => [channel, kind])).toEqual([
      [second.id, "firing"],
      [first.id, "firing"],
    ]);
    const [told] = await listNotifications(s.db, await groupOf(id));
    expect(told).toMatchObject({ channelName: "first", state: "sent", lastError: "nobody answers" });
  });

  test("is not lost when a worker dies between taking and sending", async () => {
    const { sent, turn } = phone();
    await givenChannel("pager");
    await givenAlert();
    s.pass(1);
    await planDueNotifications({ ...s.deps, policy: DEFAULT_NOTIFICATION_POLICY });
    // It takes the notification, and is never heard of again.
    expect(
      await notificationSender({ ...s.deps, send: () => new Promise(() => {}), onFailure: () => {} }).round(),
    ).toBe(1);
    await turn();
    expect(sent).toEqual([]);
    s.pass(31);
    await turn();
    expect(sent).toMatchObject([{ kind: "firing" }]);
  });

  test("plans a group once, however many plan at the same time", async () => {
    const { sent, turn } = phone();
    await givenChannel("pager");
    await givenAlert();
    s.pass(1);
    await Promise.all(Array.from({ length: 6 }, turn));
    expect(sent).toHaveLength(1);
  });

  test("stops when its channel is deleted", async () => {
    const { down, turn } = phone();
    const channel = await givenChannel("pager");
    down.add(channel.id);
    const id = await givenAlert();
    s.pass(1);
    await turn();
    await deleteChannel(s.db, channel.id, { by: "ann", at: s.now() });
    s.pass(5);
    await turn();
    expect(await listNotifications(s.db, await groupOf(id))).toMatchObject([{ state: "dead", channelName: "pager" }]);
  });
});

describe("what is not told", () => {
  const silence = (changes: object = {}) =>
    createSilence(s.db, {
      ...{
        id: randomUUIDv7(),
        rule: "liveness_attack",
        route: null,
        severity: null,
        reason: "drill",
        createdBy: "ann",
      },
      ...{ createdAt: s.now(), startsAt: s.now(), expiresAt: new Date(s.now().getTime() + 600_000), ...changes },
    });

  test("a silenced alert is on record and not sent; the silence's end sends it", async () => {
    const { sent, turn } = phone();
    await givenChannel("pager");
    const { id: silenceId } = await silence();
    const id = await givenAlert();
    s.pass(1);
    await turn();
    await turn();
    expect(sent).toEqual([]);
    expect(await listNotifications(s.db, await groupOf(id))).toMatchObject([{ state: "silenced", heldBy: silenceId }]);
    s.pass(600);
    await turn();
    expect(sent).toMatchObject([{ kind: "firing" }]);
  });

  test("a silence that is ended early re-arms at once", async () => {
    const { sent, turn } = phone();
    await givenChannel("pager");
    const { id: silenceId } = await silence();
    await givenAlert();
    s.pass(1);
    await turn();
    expect(await endSilence(s.db, silenceId, { by: "bob", at: s.now() })).toMatchObject({ endedBy: "bob" });
    expect(await endSilence(s.db, silenceId, { by: "bob", at: s.now() })).toBeNull();
    await turn();
    expect(sent).toMatchObject([{ kind: "firing" }]);
  });

  test("a parked route explains its backlog, until it is mended", async () => {
    const { sent, turn } = phone();
    await givenChannel("pager");
    const parked = await givenAlert({ rule: "route_parked", verificationId: null });
    const backlog = await givenAlert({ rule: "backlog", verificationId: null });
    s.pass(1);
    await turn();
    expect(sent).toMatchObject([{ rule: "route_parked" }]);
    expect(await listNotifications(s.db, await groupOf(backlog))).toMatchObject([
      { state: "inhibited", heldBy: parked },
    ]);
    await resolveAlert(s.db, parked, { by: "ann", at: s.now(), reason: "new key" });
    s.pass(10);
    await turn();
    expect(sent.map(({ rule, kind }) => `${rule} ${kind}`).toSorted()).toEqual(
      ["backlog firing", "route_parked firing", "route_parked resolved"].toSorted(),
    );
  });
});
