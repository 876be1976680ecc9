import { expect, test } from "vitest";
import { type RegistrationTerms, registrationFaults } from "../src/registration-faults.ts";

const NOW = new Date("2026-03-31T12:00:00.000Z");
const seconds = (count: number) => new Date(NOW.getTime() + count * 1_000);
const MINUTES = 60;
const DAYS = 86_400;

const faultsOf = (terms: Partial<RegistrationTerms>, opaqueTokens = true) =>
  registrationFaults(
    { initializedAt: NOW, ...terms },
    { now: NOW, policy: { retention: 30 * DAYS }, opaqueTokens },
  ).map(({ field, message }) => `${field}: ${message}`);

const old = seconds(-30 * DAYS);

test.each<[string, Partial<RegistrationTerms>, string[]]>([
  ["initialized right now", {}, []],
  ["of a clock 5 minutes ahead", { initializedAt: seconds(5 * MINUTES) }, []],
  ["from the future", { initializedAt: seconds(5 * MINUTES + 1) }, ["initializedAt: in the future"]],
  ["30 days old", { initializedAt: old }, []],
  [
    "older than 30 days",
    { initializedAt: seconds(-30 * DAYS - 1) },
    ["initializedAt: more than 30 days ago: the provider has deleted its result"],
  ],
  ["that has lapsed", { initializedAt: old, expiresAt: seconds(-29 * DAYS) }, []],
  ["that lapses as it begins", { expiresAt: NOW }, ["expiresAt: has to be after initializedAt"]],
  ["that lapses before it begins", { expiresAt: old }, ["expiresAt: has to be after initializedAt"]],
  ["open for 30 days", { expiresAt: seconds(30 * DAYS) }, []],
  ["open for longer", { expiresAt: seconds(30 * DAYS + 1) }, ["expiresAt: more than 30 days after initializedAt"]],
  ["with a token", { callbackToken: "a-token" }, []],
  [
    "with several mistakes",
    { initializedAt: seconds(DAYS), expiresAt: NOW },
    ["initializedAt: in the future", "expiresAt: has to be after initializedAt"],
  ],
])("a session %s", (_what, terms, faults) => {
  expect(faultsOf(terms)).toEqual(faults);
});

test("a token on a route that takes none of other systems: the setting is named, the token is not", () => {
  const [fault, ...others] = faultsOf({ callbackToken: "a-token" }, false);
  expect(others).toEqual([]);
  expect(fault).toMatch(/^callbackToken: .*CALLBACK_OPAQUE_TOKENS.*opaqueTokens in ROUTES_FILE/);
  expect(fault).not.toContain("a-token");
});

test("without a token such a route takes a session", () => {
  expect(faultsOf({}, false)).toEqual([]);
});
