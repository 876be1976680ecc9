import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alertOnBreaker } from "../src/alerts.ts";
import { afterCall, type Breaker, type CallEnding, CLOSED } from "../src/breaker.ts";

const NOW = new Date("2026-03-01T10:00:00.000Z");
const seconds = (count: number) => new Date(NOW.getTime() + count * 1_000);

const answered: CallEnding = { kind: "answered" };
const throttled = (retryAfterMs: number | null = null): CallEnding => ({
  kind: "throttled",
  code: "Throttling.Api",
  retryAfterMs,
});
const down: CallEnding = { kind: "unavailable", code: "ServiceUnavailable" };
const forbidden: CallEnding = { kind: "misconfigured", code: "InvalidAccessKeyId.NotFound" };

/** As it is while one call tries, after the pause; until that ends, or its lease does, nobody else may. */
const trying = (held: Breaker): Breaker =>
  held.state === "open" ? { ...held, state: "half_open", blockedUntil: seconds(15) } : held;

/** What is left of a breaker after calls that all ended now, each begun when the one before had ended. */
const after = (...endings: CallEnding[]): Breaker =>
  endings.reduce((held, ending) => afterCall(trying(held), ending, NOW), CLOSED);

/** The same after calls that had all begun before the first of them ended. */
const afterAll = (...endings: CallEnding[]): Breaker =>
  endings.reduce((held, ending) => afterCall(held, ending, NOW), CLOSED);

describe("calls", () => {
  test.each<[string, CallEnding[], Breaker["state"], number]>([
    ["an answer changes nothing", [answered], "closed", 0],
    ["two failures are accidents", [down, down], "closed", 0],
    ["an answer between failures starts the count again", [down, down, answered, down, down], "closed", 0],
    ["three failures in a row are an outage", [down, down, down], "open", 1],
    ["a fourth doubles the pause", [down, down, down, down], "open", 2],
    ["throttling holds everybody back at once", [throttled()], "open", 1],
    ["again for twice as long", [throttled(), throttled()], "open", 2],
    ["or for as long as the provider asks", [throttled(45_000)], "open", 45],
    ["an outage of long standing is tried once a minute", Array(40).fill(down), "open", 60],
    ["a refusal of everything parks the route", [forbidden], "parked", 300],
    ["a failure does not bring a parked route back into use", [forbidden, down], "parked", 300],
    ["an answer does", [forbidden, answered], "closed", 0],
    ["an answer ends an outage", [down, down, down, answered], "closed", 0],
  ])("%s", (_, endings, state, pause) => {
    const held = after(...endings);
    expect(held.state).toBe(state);
    if (state !== "closed") expect(held.blockedUntil).toEqual(seconds(pause));
  });

  test("tell by their code what stopped the next ones", () => {
    expect(after(down, down, throttled()).code).toBe("Throttling.Api");
    expect(after(forbidden).code).toBe("InvalidAccessKeyId.NotFound");
  });

  test("that were under way when the pause began do not shorten it", () => {
    const held = afterCall(CLOSED, throttled(45_000), NOW);
    expect(afterCall(held, throttled(), seconds(1)).blockedUntil).toEqual(seconds(45));
    expect(afterCall(held, answered, seconds(1))).toEqual(held);
  });

  test.each([
    ["that fail together are one outage, not one longer for each of them", Array<CallEnding>(64).fill(down), 1],
    ["that are throttled together are throttled once", Array<CallEnding>(64).fill(throttled()), 1],
    ["that the provider wants repeated later than others decide how long it takes", [throttled(), throttled(9_000)], 9],
  ])("%s", (_, endings, pause) => {
    expect(afterAll(...endings)).toMatchObject({ state: "open", blockedUntil: seconds(pause) });
  });

  test("that show a mistake of ours park the route, also during a pause", () => {
    expect(afterAll(throttled(), forbidden)).toMatchObject({ state: "parked", blockedUntil: seconds(300) });
  });

  test("that try and fail hold the next ones back for their pause, not for the lease of the try", () => {
    const tried = trying(afterAll(throttled()));
    expect(afterCall(tried, down, NOW).blockedUntil).toEqual(seconds(1));
  });
});

test("whatever happens, a try that is answered lets all calls through again, and no pause is longer than asked for or five minutes", () => {
  const ending = fc.oneof(
    fc.constant(answered),
    fc.constant(down),
    fc.constant(forbidden),
    fc.option(fc.integer({ min: 0, max: 200_000 })).map(throttled),
  );
  fc.assert(
    fc.property(fc.array(ending), fc.boolean(), (endings, together) => {
      const held = (together ? afterAll : after)(...endings);
      expect(held.blockedUntil <= seconds(300)).toBe(true);
      expect(afterCall(trying(held), answered, NOW)).toEqual(CLOSED);
    }),
  );
});

test("only a parked route wakes somebody", () => {
  expect(alertOnBreaker(after(forbidden))).toEqual({
    rule: "route_parked",
    severity: "critical",
    detail: "The provider refuses every call of this route: InvalidAccessKeyId.NotFound",
  });
  expect([after(down, down, down), after(throttled()), CLOSED].map(alertOnBreaker)).toEqual([null, null, null]);
});
