/** What the naive receiver puts on its queue, one job for each callback. */
export type CallbackJob = { transactionId: string; passed: string; subCode: string; receivedAt: number };

export const CALLBACK_QUEUE = "callback";

/** As one would have it: tried again when it fails, gone when it is done. */
export const jobOptionsFor = (transactionId: string) => ({
  jobId: transactionId,
  attempts: 5,
  backoff: { type: "exponential", delay: 1_000 },
  removeOnComplete: true,
});
