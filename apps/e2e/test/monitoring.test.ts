import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RULE_NAMES } from "@verdict/domain";
import { createMetrics } from "@verdict/runtime";
import { documentedMetrics } from "@verdict/testkit";
import { expect, test } from "vitest";
import { parse } from "yaml";

const path = (below: string) => fileURLToPath(new URL(`../../../${below}`, import.meta.url));
const read = (below: string) => readFileSync(path(below), "utf8");

const RULES = "deploy/prometheus/verdict.rules.yml";
const CASES = "deploy/prometheus/verdict.test.yml";

type Rule = { alert: string; expr: string; labels: { severity: string }; annotations: Record<string, string> };
const rules = (parse(read(RULES)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

const boards = readdirSync(path("deploy/grafana")).map((name) => ({ name, text: read(`deploy/grafana/${name}`) }));
type Panel = { id: number; title: string; targets: { expr: string }[] };
const panelsOf = (text: string) => (JSON.parse(text) as { panels: Panel[] }).panels;

const documented = ["receiver", "worker", "api"].flatMap((app) => documentedMetrics(app));

/** The labels that a metric has, by its name as a query writes it. */
const known = new Map<string, Set<string>>([["up", new Set(["job", "instance"])]]);
const everywhere = ["app", "instance", "job"];
for (const { name, type, labels } of documented) {
  const suffixes = type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
  for (const suffix of suffixes) {
    const own = [...everywhere, ...labels, ...(suffix === "_bucket" ? ["le"] : [])];
    known.set(`${name}${suffix}`, new Set([...own, ...(known.get(`${name}${suffix}`) ?? [])]));
  }
}
for (const metric of createMetrics("app").getMetricsAsArray()) known.set(metric.name, new Set(everywhere));

/** The metrics that a query names, each with the labels it is filtered by. */
function metricsIn(expr: string): { name: string; labels: string[] }[] {
  const named = expr.matchAll(/\b((?:verdict|nodejs|process)_[a-z0-9_]+|up)\b(?:\{([^}]*)\})?/g);
  return [...named].map(([, name = "", filter = ""]) => ({
    name,
    labels: [...filter.matchAll(/([a-z_]+)\s*[=!]~?/g)].map(([, label = ""]) => label),
  }));
}

const queries = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...boards.flatMap(({ name, text }) =>
    panelsOf(text).flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: `${name}: ${title}`, expr }))),
  ),
];

test("every metric and label that a rule or a dashboard asks for is one that a process tells", () => {
  const wrong = queries.flatMap(({ where, expr }) =>
    metricsIn(expr).flatMap(({ name, labels }) => {
      const has = known.get(name);
      if (!has) return [`${where}: ${name}`];
      return labels.filter((label) => !has.has(label)).map((label) => `${where}: ${name}{${label}}`);
    }),
  );
  expect(queries.every(({ expr }) => metricsIn(expr).length > 0)).toBe(true);
  expect(wrong).toEqual([]);
});

test("every metric of ours is on a dashboard or in a rule", () => {
  const asked = new Set(queries.flatMap(({ expr }) => metricsIn(expr).map(({ name }) => name)));
  const shown = ({ name }: { name: string }) => ["", "_bucket", "_sum", "_count"].some((end) => asked.has(name + end));
  expect(documented.filter((metric) => !shown(metric)).map(({ name }) => name)).toEqual([]);
});

test("names follow Prometheus: counters end in _total, what is measured names its base unit", () => {
  for (const { name, type } of documented) {
    expect(name).toMatch(/^verdict_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith("_total"), name).toBe(type === "counter");
    expect(name).not.toMatch(/_(ms|millis|milliseconds|minutes|percent)(_|$)/);
    if (type === "histogram") expect(name).toMatch(/_(seconds|callbacks)$/);
  }
});

const headings = new Set([...read("docs/runbook.md").matchAll(/^## (.+)$/gm)].map(([, heading]) => heading));

test("every alert of Prometheus leads to its page of the runbook, and so does every rule of our own", () => {
  for (const { alert, annotations } of rules) {
    expect(annotations.runbook_url).toBe(`{{ $externalLabels.verdict_url }}/runbook#${alert.toLowerCase()}`);
    expect(annotations.summary).toBeTruthy();
    expect(headings, alert).toContain(alert);
  }
  for (const rule of RULE_NAMES) expect(headings, rule).toContain(rule);
  const alerts = new Set(rules.map(({ alert }) => alert));
  const orphans = [...headings].filter((heading) => heading?.startsWith("Verdict") && !alerts.has(heading));
  expect(orphans).toEqual([]);
});

test("every alert has a case in which it fires, and one in which it is quiet", () => {
  const { tests } = parse(read(CASES)) as {
    tests: { name: string; alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  const cases = tests.flatMap((one) => one.alert_rule_test);
  for (const { alert } of rules) {
    const mine = cases.filter(({ alertname }) => alertname === alert);
    expect(
      mine.map(({ exp_alerts }) => exp_alerts.length > 0),
      alert,
    ).toEqual([true, false]);
  }
});

test("dashboards are importable: a data source to choose, and panels with ids of their own", () => {
  expect(boards.length).toBeGreaterThan(0);
  for (const { name, text } of boards) {
    const board = JSON.parse(text) as { uid: string; templating: { list: { name: string; type: string }[] } };
    expect(`${board.uid}.json`).toBe(name);
    expect(board.templating.list).toContainEqual(expect.objectContaining({ name: "datasource", type: "datasource" }));
    const ids = panelsOf(text).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(text).not.toMatch(/"uid": "(?!\$\{datasource\}|verdict-)/);
  }
});

const promtool = (...args: string[]) =>
  spawnSync("promtool", args, { cwd: path("deploy/prometheus"), encoding: "utf8" });
const hasPromtool = promtool("--version").status === 0;

test.skipIf(!hasPromtool).each([
  ["the rules are valid", ["check", "rules", "verdict.rules.yml"]],
  ["the example configuration is valid", ["check", "config", "--syntax-only", "prometheus.yml"]],
  ["each alert fires when it should and is quiet otherwise", ["test", "rules", "verdict.test.yml"]],
])("promtool (skipped where Debian's prometheus is missing): %s", (_, args) => {
  const { status, stdout, stderr } = promtool(...args);
  expect(status, stdout + stderr).toBe(0);
});
