import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AlertGroup,
  DEFAULT_NOTIFICATION_POLICY,
  nextAttemptAt,
  type PlanInput,
  type PlannedChannel,
  planNotifications,
  type Silence,
  type Told,
} from "../../src/index.ts";

const START = new Date("2026-03-01T12:00:00Z");
const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);

const group = (changes: Partial<AlertGroup> = {}): AlertGroup => ({
  ...{ rule: "liveness_attack", route: "default", severity: "critical", count: 1, confirmed: 0, unacknowledged: 1 },
  ...{ openedAt: START, lastAt: START, closedAt: null },
  ...changes,
});
const channel = (id: string, changes: Partial<PlannedChannel> = {}): PlannedChannel => ({
  ...{ id, severities: ["critical", "warning"], routes: null, step: 0 },
  ...changes,
});
const told = (channelId: string, changes: Partial<Told> = {}): Told => ({
  ...{ channelId, kind: "firing", state: "sent", count: 1, confirmed: 0, attempts: 1, at: at(1), heldBy: null },
  ...changes,
});
const silence = (changes: Partial<Silence> = {}): Silence => ({
  ...{ id: "s1", rule: null, route: null, severity: null, startsAt: START, expiresAt: at(600) },
  ...changes,
});
const plan = (changes: Partial<PlanInput>) =>
  planNotifications({
    ...{ group: group(), told: [], channels: [channel("a")], silences: [], inhibitedBy: null, now: at(1) },
    policy: DEFAULT_NOTIFICATION_POLICY,
    ...changes,
  });
const nothing = { send: [], hold: [] };

describe("a new group", () => {
  test("is told once it has been quiet for a second", () => {
    expect(plan({ now: at(0.9) })).toEqual({ ...nothing, lookAgainAt: at(1) });
    expect(plan({ now: at(1) }).send).toEqual([{ channelId: "a", kind: "firing" }]);
  });

  test("that never gets quiet is told after twelve seconds", () => {
    expect(plan({ group: group({ lastAt: at(11.5), count: 500 }), now: at(11.9) }).lookAgainAt).toEqual(at(12));
    expect(plan({ group: group({ lastAt: at(12), count: 500 }), now: at(12) }).send).toHaveLength(1);
  });

  test("goes to the channels for its severity and route", () => {
    const channels = [
      channel("warnings", { severities: ["warning"] }),
      channel("elsewhere", { routes: ["other"] }),
      channel("here", { routes: ["default"] }),
    ];
    expect(plan({ channels }).send).toEqual([{ channelId: "here", kind: "firing" }]);
  });

  test("that is over before it was told is not told", () => {
    expect(plan({ group: group({ closedAt: at(0.5), unacknowledged: 0 }) })).toEqual({ ...nothing, lookAgainAt: null });
  });
});

describe("a group that was told", () => {
  test.each<[string, Partial<AlertGroup>, number, string | null, number | null]>([
    ["is told again after an hour that nobody acknowledged", {}, 3_601, "repeat", null],
    ["is not told again before", {}, 3_600, null, 3_601],
    ["tells at once that somebody has taken note", { unacknowledged: 0 }, 2, "acknowledged", null],
    ["tells of more alerts after five minutes", { count: 7 }, 301, "update", null],
    ["does not tell of more alerts before", { count: 7 }, 300, null, 301],
    ["tells that the claim was confirmed", { confirmed: 1 }, 301, "update", null],
    ["tells that it is over at once", { closedAt: at(2) }, 2, "resolved", null],
  ])("%s", (_what, changes, seconds, kind, again) => {
    const planned = plan({ group: group(changes), told: [told("a")], now: at(seconds) });
    expect(planned.send).toEqual(kind === null ? [] : [{ channelId: "a", kind }]);
    expect(planned.lookAgainAt).toEqual(again === null ? null : at(again));
  });

  test("tells once that somebody has taken note, and again when there was more to take note of", () => {
    const sofar = [told("a"), told("a", { kind: "acknowledged" })];
    const now = at(90_000);
    expect(plan({ group: group({ unacknowledged: 0 }), told: sofar, now })).toEqual({ ...nothing, lookAgainAt: null });
    const confirmed = plan({ group: group({ unacknowledged: 0, confirmed: 1 }), told: sofar, now });
    expect(confirmed.send).toEqual([{ channelId: "a", kind: "update" }]);
    const more = [...sofar, told("a", { kind: "update", count: 2 })];
    const again = plan({ group: group({ count: 2, unacknowledged: 0 }), told: more, now });
    expect(again.send).toEqual([{ channelId: "a", kind: "acknowledged" }]);
  });

  test("does not tell whom it never reached that somebody has taken note", () => {
    const dead = told("a", { state: "dead" });
    expect(plan({ group: group({ unacknowledged: 0 }), told: [dead], now: at(2) }).send).toEqual([]);
  });

  test("waits for the notification that is under way", () => {
    const pending = told("a", { state: "pending" });
    expect(plan({ group: group({ count: 9 }), told: [pending], now: at(90_000) })).toEqual({
      ...nothing,
      lookAgainAt: null,
    });
    expect(plan({ group: group({ closedAt: at(2) }), told: [pending], now: at(3) }).send).toEqual([]);
  });

  test("tells its end once", () => {
    const ended = [told("a"), told("a", { kind: "resolved" })];
    expect(plan({ group: group({ closedAt: at(2) }), told: ended, now: at(99) })).toEqual({
      ...nothing,
      lookAgainAt: null,
    });
  });
});

describe("a second step", () => {
  const channels = [channel("first"), channel("second", { step: 1 })];
  const failing = (attempts: number) => told("first", { state: "pending", attempts });

  test.each([
    ["one failure is an accident", [failing(1)], 2, []],
    ["two failures are not", [failing(2)], 2, ["second"]],
    ["nor is a channel that was given up", [told("first", { state: "dead", attempts: 40 })], 2, ["second"]],
    ["a channel that took it needs no second", [told("first")], 899, []],
    ["but somebody has to acknowledge", [told("first")], 900, ["second"]],
  ])("%s", (_what, sofar, seconds, asked) => {
    const planned = plan({ channels, told: sofar, now: at(seconds) });
    expect(planned.send.map(({ channelId }) => channelId)).toEqual(asked);
  });

  test("is not reached by what was acknowledged", () => {
    const sofar = [told("first"), told("first", { kind: "acknowledged" })];
    expect(plan({ channels, group: group({ unacknowledged: 0 }), told: sofar, now: at(901) }).send).toEqual([]);
  });

  test("hears of the end, too, if it was told", () => {
    const sofar = [told("first"), told("second")];
    expect(plan({ channels, group: group({ closedAt: at(5) }), told: sofar, now: at(6) }).send).toHaveLength(2);
  });
});

describe("a silence", () => {
  test("keeps a group from being told, is on record once, and its expiry re-arms", () => {
    const first = plan({ silences: [silence()] });
    expect(first).toEqual({
      send: [],
      hold: [{ channelId: "a", state: "silenced", heldBy: "s1" }],
      lookAgainAt: at(600),
    });
    const kept = [told("a", { state: "silenced", heldBy: "s1" })];
    expect(plan({ silences: [silence()], told: kept, now: at(60) })).toEqual({ ...nothing, lookAgainAt: at(600) });
    expect(plan({ silences: [silence()], told: kept, now: at(600) }).send).toEqual([
      { channelId: "a", kind: "firing" },
    ]);
  });

  test.each<[string, Partial<Silence>, boolean]>([
    ["of everything", {}, true],
    ["of its rule", { rule: "liveness_attack" }, true],
    ["of its rule on another route", { rule: "liveness_attack", route: "other" }, false],
    ["of warnings", { severity: "warning" }, false],
    ["that has not begun", { startsAt: at(5) }, false],
    ["that is over", { expiresAt: at(1) }, false],
  ])("%s fits: %s", (_what, changes, fits) => {
    expect(plan({ silences: [silence(changes)] }).send.length === 0).toBe(fits);
  });

  test("does not keep the end from those who heard the beginning", () => {
    const planned = plan({ silences: [silence()], group: group({ closedAt: at(5) }), told: [told("a")], now: at(6) });
    expect(planned.send).toEqual([{ channelId: "a", kind: "resolved" }]);
  });
});

test("an inhibited group is on record and looked at again soon", () => {
  const planned = plan({ inhibitedBy: "p1" });
  expect(planned).toEqual({
    send: [],
    hold: [{ channelId: "a", state: "inhibited", heldBy: "p1" }],
    lookAgainAt: at(11),
  });
});

/** Plays a group whose alerts come at those seconds to a channel that always answers, as the worker would. */
function play(hits: readonly number[], until: number) {
  const sofar: Told[] = [];
  const events = [...hits.toSorted((a, b) => a - b)];
  const first = events[0] ?? 0;
  let look: Date | null = at(first);
  for (let turn = 0; look && look <= at(until) && turn < 10_000; turn++) {
    const now: Date = look;
    const seen = events.filter((hit) => at(hit) <= now);
    const held = group({ openedAt: at(first), lastAt: at(seen.at(-1) ?? first), count: seen.length });
    const planned = plan({ group: held, told: sofar, now });
    for (const { channelId, kind } of planned.send) sofar.push(told(channelId, { kind, count: seen.length, at: now }));
    const next = events.find((hit) => at(hit) > now);
    const again = planned.send.length > 0 ? new Date(now.getTime() + 1) : planned.lookAgainAt;
    if (again && again <= now) throw new Error("It would look again for ever.");
    look = [next === undefined ? null : at(next), again].reduce((a, b) => (a && b ? (a < b ? a : b) : (a ?? b)), null);
  }
  return sofar;
}

test("five hundred alerts within ten seconds are one notification with the count", () => {
  const hits = Array.from({ length: 500 }, (_, index) => index * 0.02);
  expect(play(hits, 290)).toMatchObject([{ kind: "firing", count: 500 }]);
});

test("whatever comes, all of it is told, soon at first and never more often than agreed", () => {
  const hits = fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(hits, (seconds) => {
      const sofar = play(seconds, 20_000);
      const first = Math.min(...seconds);
      expect(sofar[0]?.kind).toBe("firing");
      expect(sofar[0]?.at.getTime()).toBeLessThanOrEqual(at(first + 12).getTime());
      expect(sofar.at(-1)?.count).toBe(seconds.length);
      const pauses = sofar.slice(1).map((one, index) => one.at.getTime() - (sofar[index]?.at.getTime() ?? 0));
      expect(pauses.every((pause) => pause >= 300_000)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("a failed notification is tried again in pauses that double up to a minute, for a day", () => {
  const pauses = [1, 2, 3, 7, 40].map(
    (attempts) => (nextAttemptAt(START, attempts, START, 1)?.getTime() ?? 0) - START.getTime(),
  );
  expect(pauses).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  expect(nextAttemptAt(START, 40, at(86_400), 1)).toBeNull();
});
