import { expect, test } from "vitest";
import { watchStore } from "../src/store-watch.ts";

function given() {
  const said: unknown[] = [];
  const say = (details: object, text: string) => void said.push([text, details]);
  return { said, watch: watchStore({ info: say, warn: say }) };
}

test("a change is said once, with a code and a reason and nothing else", () => {
  const { said, watch } = given();
  const refused = Object.assign(new Error("connect refused"), { code: "ECONNREFUSED", url: "redis://:secret@host" });
  watch.back();
  watch.away(refused);
  watch.away(new Error("again"));
  watch.back();
  watch.back();
  expect(said).toEqual([
    ["queue store is away", { code: "ECONNREFUSED", reason: "connect refused" }],
    ["queue store is back", {}],
  ]);
});

test.each([
  ["ECONNREFUSED", true],
  ["EPIPE", true],
  [undefined, true],
  ["57P01", true], // terminating connection due to administrator command
  ["53300", true], // too many connections
  ["08006", true], // connection failure
  ["22P05", false], // a letter that jsonb refuses
  ["42501", false], // no permission
])("an error with code %s means the store is away: %s", (code, away) => {
  const { watch } = given();
  watch.away(Object.assign(new Error("x"), { code }));
  expect(watch.isAway()).toBe(away);
});
