/** The store did not take or give an answer in time, or refused. `cause` says why. The work may still have been accepted. */
export class QueueUnavailableError extends Error {
  override readonly name = "QueueUnavailableError";
}

/** The answer of `work`, or a `QueueUnavailableError` when it fails or takes longer than `ms`. */
export async function orUnavailable<Answer>(work: Promise<Answer>, ms: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    throw new QueueUnavailableError("the queue's store is not available", { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for `work` to end in any way, at most `ms`. False: it has not. */
export async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}
