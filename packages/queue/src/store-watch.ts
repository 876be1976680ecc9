/** The part of a logger that the queue needs; pino's fits. */
export type QueueLog = {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
};

/** Says once that the store went away and once that it is back, however often its clients find out. */
export type StoreWatch = {
  away(error: unknown): void;
  back(): void;
  isAway(): boolean;
};

export function watchStore(log: QueueLog | undefined): StoreWatch {
  let away = false;
  return {
    away(error) {
      if (isAnswer(error)) return;
      if (!away) log?.warn(reason(error), "queue store is away");
      away = true;
    },
    back() {
      if (away) log?.info({}, "queue store is back");
      away = false;
    },
    isAway: () => away,
  };
}

/** What may be logged of an error: never the URL, since it carries a password. */
export function reason(error: unknown): { code?: string; reason: string } {
  if (!(error instanceof Error)) return { reason: String(error) };
  const code = codeOf(error);
  return { ...(code ? { code } : {}), reason: error.message || error.name };
}

/** An error that Postgres itself sent proves that it is there, unless it is about connections (08), room (53) or a stop (57). */
function isAnswer(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code) && !/^(08|53|57)/.test(code);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
