import { z } from "zod";

/** Years that Postgres and ISO 8601 write with four digits. Others would be the database's to refuse. */
const FIRST = Date.UTC(1970);
const LAST = Date.UTC(10_000) - 1;

/** A time as callers write it: ISO 8601 with `Z` or an offset, from 1970 to 9999. */
export const instant = z.iso
  .datetime({ offset: true, error: "a time such as 2026-03-01T12:00:00Z" })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() >= FIRST && at.getTime() <= LAST, "a time between 1970 and 9999");
