import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_ALERT_RULES, DEFAULT_NOTIFICATION_POLICY } from "@verdict/domain";
import { expect, test } from "vitest";
import { readAlertSettings } from "../src/index.ts";
import { linesOf } from "./lines-of.ts";

const shipped = { rules: DEFAULT_ALERT_RULES, tell: DEFAULT_NOTIFICATION_POLICY };
const read = (ALERT_RULES?: string) => readAlertSettings({ ALERT_RULES });

test("without a setting rules fire as they ship", () => {
  expect(read()).toEqual(shipped);
});

const given = {
  rules: { user_burst: { failures: 10 } },
  tell: { critical: { repeat: 600, escalate: null }, failures: 5 },
};

test("what is given stands over what ships, on every level", () => {
  expect(read(JSON.stringify(given))).toEqual({
    rules: { ...shipped.rules, user_burst: { ...shipped.rules.user_burst, failures: 10 } },
    tell: { ...shipped.tell, failures: 5, critical: { ...shipped.tell.critical, repeat: 600, escalate: null } },
  });
});

test("a file does as well", () => {
  const file = join(mkdtempSync(join(tmpdir(), "verdict-")), "alerts.json");
  writeFileSync(file, JSON.stringify(given));
  expect(read(file)).toEqual(read(JSON.stringify(given)));
});

test.each<[string, string, string[]]>([
  [
    "text that is no JSON",
    "{rules",
    ["ALERT_RULES: the text is not JSON; expected a JSON object, or the path of a file that holds one"],
  ],
  [
    "a file that is not there",
    "/nowhere.json",
    ["ALERT_RULES: /nowhere.json cannot be read; expected a JSON object, or the path of a file that holds one"],
  ],
  [
    "values of another kind",
    '{"rules": {"user_burst": {"failures": "10"}, "backlog": {"severity": "mild"}, "scene_burst": {"share": 2}}}',
    [
      "ALERT_RULES: rules.user_burst.failures: expected a number",
      "ALERT_RULES: rules.scene_burst.share: expected at most 1",
      "ALERT_RULES: rules.backlog.severity: expected critical or warning",
    ],
  ],
])("%s is told in a line each", (_what, text, lines) => {
  expect(linesOf(() => read(text))).toEqual(lines);
});

test("a rule that does not exist is a mistake, not ignored", () => {
  expect(linesOf(() => read('{"rules": {"lateness": {}}}'))[0]).toContain("ALERT_RULES: rules: ");
});
