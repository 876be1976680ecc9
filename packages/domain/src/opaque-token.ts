import { createHash } from "node:crypto";

/**
 * What we keep of a callback token that another system made: SHA-256 as 64 hex characters, under a label of its own, so
 * that a hash of the same text made for another purpose is another one. Without salt: the receiver finds a token by it,
 * so it hides only tokens that cannot be guessed.
 */
export const opaqueTokenHash = (token: string): string =>
  createHash("sha256").update("verdict opaque token v1\0").update(token).digest("hex");
