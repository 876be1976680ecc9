import type { VerificationSnapshot } from "../src/evidence.ts";

export const CREATED = new Date("2026-01-31T12:00:00Z");
export const EXPIRES = new Date("2026-01-31T12:30:00Z");
export const TRANSACTION = "hks0123456789abcdef0123456789abc";

/** A moment as seconds after the session was created. */
export const second = (offset: number): Date => new Date(CREATED.getTime() + offset * 1000);

/** A session of thirty minutes as decisions see it: awaiting, nothing claimed, unless told otherwise. */
export const givenVerification = (overrides: Partial<VerificationSnapshot> = {}): VerificationSnapshot => ({
  id: "01234567-89ab-4cde-8f01-23456789abcd",
  route: "default",
  product: "FACE_VERIFY",
  status: "awaiting",
  version: 1,
  transactionId: TRANSACTION,
  claim: null,
  claimedAt: null,
  result: null,
  errorCode: null,
  createdAt: CREATED,
  expiresAt: EXPIRES,
  ...overrides,
});
