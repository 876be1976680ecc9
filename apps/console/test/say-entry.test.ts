import { expect, test } from "vitest";
import { type Action, storedOf } from "../src/pages/verification/evidence.ts";
import { sayEntry } from "../src/pages/verification/say-entry.ts";
import { en } from "../src/text/en/index.ts";
import { zh } from "../src/text/zh/index.ts";

const voided: Action = {
  ...{ type: "action", at: "2026-03-01T12:00:00.000Z", id: "a", action: "verification.void", actor: "p" },
  reason: "started by mistake",
};

test("a person's deed is told with his name in either language, and without one where the reader is not told it", () => {
  const named: Action = { ...voided, actorName: "Ann" };
  expect(sayEntry(named, en)).toBe("Ann voided a verification, since “started by mistake”.");
  expect(sayEntry(named, zh)).toBe("Ann 作废了核验，原因：started by mistake。");
  for (const unnamed of [voided, { ...voided, actorName: null }]) {
    expect(sayEntry(unnamed, en)).toBe("Somebody voided a verification, since “started by mistake”.");
    expect(sayEntry(unnamed, zh)).toBe("有人作废了核验，原因：started by mistake。");
  }
});

test("what is shown as stored has no name: evidence holds ids", () => {
  expect(storedOf({ ...voided, actorName: "Ann" })).toEqual(voided);
});
