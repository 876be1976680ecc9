import type { Transaction } from "../src/transactions.ts";
import { CALLBACK_URL } from "./setup.ts";

/** An open face check, except for what a test says. */
export const givenTransaction = (change: Partial<Transaction> = {}): Transaction => ({
  ordinal: 1,
  transactionId: "hks1",
  merchantBizId: "biz1",
  product: "FACE_VERIFY",
  docType: null,
  idSpoof: false,
  docVideo: false,
  callbackUrl: CALLBACK_URL,
  callbackToken: "token-1",
  initializedAt: 0,
  expiresAt: 1_800_000,
  written: "initialized",
  outcome: null,
  early: false,
  abandonment: null,
  resultsGiven: 0,
  imagesDeleted: false,
  textDeleted: false,
  pending: [],
  callbacks: [],
  ...change,
});
