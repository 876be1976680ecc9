import type { Notice } from "../src/index.ts";

export const givenNotice = (changes: Partial<Notice> = {}): Notice => ({
  kind: "opened",
  noticeId: "01942f00-0000-7000-8000-000000000001",
  alertId: "01942f00-0000-7000-8000-00000000000a",
  rule: "discrepancy.mutated_replay",
  severity: "critical",
  title: "A callback came again with another result",
  summary: "Somebody else may hold the token. <!channel> [free](https://evil.example.com) *now* & then",
  route: "default",
  environment: "live",
  count: 12,
  since: new Date("2026-11-22T06:30:00Z"),
  firstAt: new Date("2026-11-22T06:30:00Z"),
  lastAt: new Date("2026-11-22T06:31:00Z"),
  deepLink: "https://verdict.example.com/alerts/01942f00-0000-7000-8000-00000000000a",
  runbookLink: "https://verdict.example.com/docs/runbook.md#discrepancymutated_replay",
  ...changes,
});

/** As large as a notice may get by mistake. */
export const hugeNotice = (): Notice =>
  givenNotice({ title: "€𝕏".repeat(5_000), summary: "€𝕏 ".repeat(20_000), count: 1e9 });

export const NOW = new Date("2026-11-22T06:32:00Z");
