import { type AppProcess, startApp } from "./app-process.ts";
import { TOKEN_KEYS } from "./callbacks.ts";

/** Where a receiver and its worker find their stores, and whatever else a test wants to be different. */
export type Surroundings = Readonly<Record<string, string>>;

/** Nothing listens here, so a connection is refused at once. */
export const CLOSED_PORT = 1;

/** Starts the real receiver on a free port. Its stores are away unless `env` says where they are. */
export const startReceiver = (env: Surroundings): Promise<AppProcess> =>
  startApp("receiver", {
    DATABASE_URL: `postgres://nobody@127.0.0.1:${CLOSED_PORT}/none`,
    CALLBACK_TOKEN_KEYS: TOKEN_KEYS,
    RECEIVER_PORT: "0",
    LOG_LEVEL: "warn",
    ...env,
  });
