import { randomUUIDv7 } from "node:crypto";
import type { DueNotification } from "@verdict/db";
import { NOTIFICATION_KINDS, type NotificationKind } from "@verdict/domain";
import { expect, test } from "vitest";
import { makeNotice } from "../src/make-notice.ts";

const AT = new Date("2026-03-01T12:00:00.000Z");
const options = {
  consoleUrl: "https://console.example.com",
  runbookUrl: "https://docs.example.com/runbook",
  isTest: (route: string) => route === "trial",
};

function due(kind: NotificationKind, changes: Partial<DueNotification["group"]> = {}): DueNotification {
  const group = {
    ...({ rule: "liveness_attack", route: "default", severity: "critical", count: 3, confirmed: 3 } as const),
    ...{ openedAt: AT, lastAt: AT, closedAt: null, alertId: "a1", detail: "The provider confirms 205" },
    ...changes,
  };
  return { id: randomUUIDv7(), groupId: "g1", kind, attempts: 1, createdAt: AT, group, channel: null };
}

test.each<[NotificationKind, string, string]>([
  ["firing", "opened", "The provider confirms 205."],
  ["update", "repeated", "The provider confirms 205. There is more of it."],
  ["repeat", "repeated", "The provider confirms 205."],
  ["acknowledged", "acknowledged", "The provider confirms 205. Somebody has taken note of it and sees to it."],
  ["resolved", "resolved", "The provider confirms 205."],
])("%s is told as %s, of one alert to the other side", (kind, told, summary) => {
  expect(makeNotice(due(kind), options)).toMatchObject({
    ...{ kind: told, summary, alertId: "g1", count: 3, environment: "live" },
    deepLink: "https://console.example.com/alerts/a1",
  });
});

test("every kind has its words, and says how much of it the provider has confirmed", () => {
  for (const kind of NOTIFICATION_KINDS) {
    const { summary, environment } = makeNotice(due(kind, { confirmed: 1, route: "trial" }), options);
    expect([summary.endsWith("Confirmed by the provider: 1 of 3."), environment]).toEqual([true, "test"]);
  }
});
