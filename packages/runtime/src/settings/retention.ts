import { RETENTION_CLASSES, RETENTION_DAYS, type Retention, SHORTEST_RETENTION } from "@verdict/domain";
import { field, got, Wrong } from "./field.ts";

const MOST_DAYS = 36_500;

/** `details=90d,evidence=never`: how long what is kept. A class that is not named keeps its default. */
export const retention = field({
  expected: `pairs like details=90d or evidence=never, separated by commas, of ${RETENTION_CLASSES.join(", ")}`,
  parse: parseRetention,
});

function parseRetention(text: string): Retention | Wrong {
  const days: Record<string, number | null> = {};
  for (const pair of text.split(",")) {
    const [, name = "", length = "", count] = /^\s*([a-z]+)\s*=\s*((\d{1,5})d|never)\s*$/.exec(pair) ?? [];
    const known = RETENTION_CLASSES.find((one) => one === name);
    if (!known || name in days) return got(text);
    const [least, most] = [SHORTEST_RETENTION[known] ?? 1, MOST_DAYS];
    if (length !== "never" && (Number(count) < least || Number(count) > most)) {
      return new Wrong(`${known} is kept ${least} to ${most} days, or never deleted`);
    }
    days[known] = length === "never" ? null : Number(count);
  }
  return { ...RETENTION_DAYS, ...days };
}
