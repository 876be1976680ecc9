import type { InputOf } from "@verdict/client";
import { STATUSES, type Status } from "../../parts/tones.ts";

export const PRODUCTS = ["FACE_VERIFY", "ID_OCR", "FACE_IDU_MIN"] as const;
export type Product = (typeof PRODUCTS)[number];

/** Stretches of time that end now, in hours. */
export const SPANS = { "1h": 1, "24h": 24, "7d": 168, "30d": 720 } as const;
export type Span = keyof typeof SPANS;

/** What the list shows, as it stands in the address: one text for each, so that anybody can read and change it. */
export type Filters = {
  /** Some id; with one, nothing else counts. */
  q?: string;
  /** Joined by commas, in the order of a session's life. */
  status?: string;
  product?: Product;
  route?: string;
  subCode?: string;
  sceneCode?: string;
  passed?: "true" | "false";
  span?: Span;
  from?: string;
  to?: string;
  doubt?: "true" | "false";
  /** Which columns, where they are not the usual ones. */
  cols?: string;
};

/** What is to be different; undefined: not filtered by any more. */
export type FilterChanges = { [Name in keyof Filters]?: Filters[Name] | undefined };

const text = (value: unknown): string | undefined => {
  const trimmed = typeof value === "string" ? value.trim().slice(0, 200) : "";
  return trimmed || undefined;
};

const oneOf = <Value extends string>(allowed: readonly Value[], value: unknown): Value | undefined =>
  allowed.find((one) => one === value);

const instant = (value: unknown): string | undefined =>
  typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : undefined;

/** Reads filters from an address. What means nothing is left out: an old link shows more rather than an error. */
export function readFilters(search: Record<string, unknown>): Filters {
  const read = {
    q: text(search.q),
    status: readStatuses(search.status).join(",") || undefined,
    product: oneOf(PRODUCTS, search.product),
    route: text(search.route),
    subCode: text(search.subCode),
    sceneCode: text(search.sceneCode),
    passed: oneOf(["true", "false"], search.passed),
    span: oneOf(Object.keys(SPANS) as Span[], search.span),
    from: instant(search.from),
    to: instant(search.to),
    doubt: oneOf(["true", "false"], search.doubt),
    cols: text(search.cols),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as Filters;
}

/** Statuses named by a text, each once, in the order of a session's life. */
export function readStatuses(value: unknown): Status[] {
  const named = typeof value === "string" ? value.split(",") : [];
  return STATUSES.filter((status) => named.includes(status));
}

/** The filters as the API takes them. A span ends now, to the minute, so that looking again asks the same. */
export function toQuery(filters: Filters, now: Date): NonNullable<InputOf<"GET /v1/verifications">["query"]> {
  const { status, product, route, subCode, sceneCode, passed, span, from, to, doubt } = filters;
  const since = span ? new Date(Math.floor(now.getTime() / 60_000) * 60_000 - SPANS[span] * 3_600_000) : null;
  const query = {
    ...{ status, product, route, subCode, sceneCode, passed, to },
    from: since?.toISOString() ?? from,
    hasDiscrepancy: doubt,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

/** Whether anything is filtered at all. */
export const isFiltered = ({ cols: _, ...filters }: Filters): boolean => Object.keys(filters).length > 0;

/** Two views are the same when they show the same rows, whatever their columns. */
export function sameView({ cols: _, ...a }: Filters, { cols: __, ...b }: Filters): boolean {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof typeof a)[];
  return keys.every((key) => a[key] === b[key]);
}
