import { readFileSync, writeFileSync } from "node:fs";

/** What the page about metrics says of one. */
export type DocumentedMetric = { name: string; type: string; labels: string[]; help: string };

const PAGE = new URL("../../../docs/observability.md", import.meta.url);
const HEAD = "| metric | type | labels | |\n|---|---|---|---|\n";

/** A registry, as far as it is looked at here. */
type Registry = {
  getMetricsAsArray(): object[];
  getMetricsAsJSON(): Promise<{ name: string; type: unknown; help: string }[]>;
};

/** Our own metrics of a registry, by name. */
export async function metricsOf(registry: Registry): Promise<DocumentedMetric[]> {
  const labels = new Map(
    registry
      .getMetricsAsArray()
      .map((metric) => [Reflect.get(metric, "name"), Reflect.get(metric, "labelNames") ?? []]),
  );
  return (await registry.getMetricsAsJSON())
    .filter(({ name }) => name.startsWith("verdict_"))
    .map(({ name, type, help }) => ({ name, type: String(type), labels: [...labels.get(name)], help }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** What docs/observability.md says of the metrics of an app. */
export function documentedMetrics(app: string): DocumentedMetric[] {
  const { table } = sectionOf(readFileSync(PAGE, "utf8"), app);
  return table
    .trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, name = "", type = "", labels = "", help = ""]) => ({
      name: name.replaceAll("`", ""),
      type,
      labels: labels === "" ? [] : labels.replaceAll("`", "").split(", "),
      help,
    }));
}

/** Writes that table anew, when whoever runs the tests says UPDATE_DOCS=1. */
export function updateDocumentedMetrics(app: string, metrics: readonly DocumentedMetric[]): void {
  if (!process.env.UPDATE_DOCS) return;
  const page = readFileSync(PAGE, "utf8");
  const { from, to } = sectionOf(page, app);
  const lines = metrics.map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |\n`,
  );
  writeFileSync(PAGE, page.slice(0, from) + lines.join("") + page.slice(to));
}

/** The rows of the table below the heading with the app's name. */
function sectionOf(page: string, app: string): { from: number; to: number; table: string } {
  const heading = page.indexOf(`### ${app}\n`);
  const from = page.indexOf(HEAD, heading) + HEAD.length;
  const end = page.indexOf("\n\n", from - 1);
  if (heading === -1 || from < heading) throw new Error(`docs/observability.md has no table of ${app}`);
  const to = end === -1 ? page.length : end + 1;
  return { from, to, table: page.slice(from, to) };
}
