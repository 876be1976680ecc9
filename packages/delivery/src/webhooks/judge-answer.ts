import type { Headers } from "../exchange.ts";

/** What an endpoint's answer means for a delivery. */
export type AnswerMeaning =
  | { kind: "delivered" }
  /** 410: it wants nothing from us any more and should be switched off. */
  | { kind: "gone" }
  | { kind: "retry"; retryAfterMs: number | null };

/**
 * 2xx is delivered, 410 gone, and everything else is tried again: also redirects, which are never followed, and 4xx, since
 * endpoints are mended (Standard Webhooks, "Delivery success and failure").
 */
export function judgeAnswer(status: number, headers: Headers, now: Date): AnswerMeaning {
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === 410) return { kind: "gone" };
  return { kind: "retry", retryAfterMs: readRetryAfter(headers, now) };
}

/** Nobody is kept waiting longer on a stranger's word. */
const LONGEST_MS = 12 * 3_600_000;

/** The pause `Retry-After` asks for, in seconds or as a date (RFC 9110, 10.2.3): up to 12 hours, in milliseconds; null if none. */
export function readRetryAfter(headers: Headers, now: Date): number | null {
  const header = headers["retry-after"];
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (text === undefined || text === "") return null;
  // Only dates name a month; Date.parse takes much else for one.
  const wait = /^\d{1,12}$/.test(text)
    ? Number(text) * 1_000
    : /^[A-Za-z]{3,9},? /.test(text)
      ? Date.parse(text) - now.getTime()
      : Number.NaN;
  return wait > 0 ? Math.min(wait, LONGEST_MS) : null;
}
