import { stateAt, type Transaction } from "../transactions.ts";

/** A session as the control surface shows it. */
export const toRow = (held: Transaction, now: number) => ({
  transactionId: held.transactionId,
  merchantBizId: held.merchantBizId,
  product: held.product,
  state: stateAt(held, now),
  callbackUrl: held.callbackUrl,
  callbackToken: held.callbackToken,
  initializedAt: new Date(held.initializedAt).toISOString(),
  callbacks: held.callbacks.map(({ at, httpStatus, kind }) => ({ at: new Date(at).toISOString(), httpStatus, kind })),
});
