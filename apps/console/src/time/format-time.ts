export type Language = "en" | "zh";

const LOCALES: Record<Language, string> = { en: "en-GB", zh: "zh-CN" };

export type Place = { language: Language; zone: string };

const kept = new Map<string, Intl.DateTimeFormat>();

/** Making a format is slow, and a list uses the same one hundreds of times. */
function format({ language, zone }: Place, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${JSON.stringify(options)}`;
  const made = kept.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], { timeZone: zone, ...options });
  kept.set(key, made);
  return made;
}

const DAY = { day: "numeric", month: "short" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;

/** Time of day if it was today, with the day otherwise, with the year if it was another one. */
export function shortTime(at: Date, now: Date, place: Place): string {
  const day = format(place, { ...DAY, year: "numeric" });
  if (day.format(at) === day.format(now)) return format(place, CLOCK).format(at);
  const year = format(place, { year: "numeric" });
  const sameYear = year.format(at) === year.format(now);
  const options = sameYear
    ? { ...DAY, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
    : { ...DAY, year: "numeric" };
  return format(place, options as Intl.DateTimeFormatOptions).format(at);
}

/** The whole time, with the zone it is told in: last, in either language. */
export const longTime = (at: Date, place: Place): string =>
  `${format(place, { ...DAY, year: "numeric", ...CLOCK }).format(at)} ${shortZone(at, place)}`;

/** A zone in as few letters as it has: "UTC", "GMT+8". */
export const shortZone = (at: Date, place: Place): string =>
  format(place, { timeZoneName: "short" })
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")?.value ?? place.zone;

/** Time of day to the millisecond, for evidence of the same second. */
export const exactClock = (at: Date, place: Place): string =>
  format(place, { ...CLOCK, fractionalSecondDigits: 3 }).format(at);

export const dayOnly = (at: Date, place: Place): string => format(place, DAY).format(at);

/** A zone as a person knows it: its name and how far it is from UTC. */
export function zoneLabel(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(at);
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value.replace("GMT", "UTC") ?? "";
  return zone === "UTC" ? "UTC" : `${zone.replaceAll("_", " ")} (${offset})`;
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** How far a time is from now: "3 minutes ago", "in 12 seconds". */
export function relativeTime(at: Date, now: Date, language: Language): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1_000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(LOCALES[language], { numeric: "auto", style: "long" }).format(
    Math.trunc(seconds / size),
    unit,
  );
}

/** A stretch of time in at most two units: "850 ms", "4.2 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function duration(ms: number): string {
  const seconds = ms / 1_000;
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3_600) return pair(seconds, 60, "min", 1, "s");
  if (seconds < 86_400) return pair(seconds, 3_600, "h", 60, "min");
  return pair(seconds, 86_400, "d", 3_600, "h");
}

function pair(seconds: number, big: number, bigName: string, small: number, smallName: string): string {
  const rounded = Math.round(seconds / small) * small;
  const whole = Math.floor(rounded / big);
  const rest = Math.round((rounded - whole * big) / small);
  return rest > 0 ? `${whole} ${bigName} ${rest} ${smallName}` : `${whole} ${bigName}`;
}

const INSTANT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;

/** A sentence of the API cut where it names a time, so that the time can be shown in the reader's zone. */
export function splitInstants(sentence: string): (string | Date)[] {
  const parts: (string | Date)[] = [];
  let from = 0;
  for (const match of sentence.matchAll(INSTANT)) {
    if (match.index > from) parts.push(sentence.slice(from, match.index));
    parts.push(new Date(match[0]));
    from = match.index + match[0].length;
  }
  if (from < sentence.length) parts.push(sentence.slice(from));
  return parts;
}

/** The hour of a day, for an axis. */
export const hourOf = (at: Date, place: Place): string =>
  format(place, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
