import { createHmac } from "node:crypto";

/**
 * A person's merchantUserId as we store it and as the provider gets it: 128 bits of a peppered hash, as 32 hex characters.
 * The same person has the same hash, and without the pepper nobody can find out whose it is.
 */
export const hashUser = (pepper: string, merchantUserId: string): string =>
  createHmac("sha256", pepper).update("merchant user\0").update(merchantUserId).digest("hex").slice(0, 32);

/** Tells whether two requests are the same, without keeping either. Names are sorted, so their order does not matter. */
export function hashRequest(pepper: string, request: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac("sha256", pepper).update("request\0").update(JSON.stringify(sorted)).digest("hex");
}
