import { type AppProcess, startApp } from "./app-process.ts";
import { TOKEN_KEYS } from "./callbacks.ts";
import { CLOSED_PORT, type Surroundings } from "./receiver-process.ts";

/** The worker's DATA_ENCRYPTION_KEYS, for whoever puts something encrypted where it finds it. */
export const DATA_KEY = { kid: "d1", key: Buffer.from("a key that only the tests know..") };
export const DATA_KEYS = `${DATA_KEY.kid}:${DATA_KEY.key.toString("base64")}`;

/** Starts the real worker. The provider is away, so that what comes of a callback is what the callback itself does. */
export const startWorker = (env: Surroundings): Promise<AppProcess> =>
  startApp("worker", {
    CALLBACK_TOKEN_KEYS: TOKEN_KEYS,
    PROVIDER_ENDPOINT: `http://127.0.0.1:${CLOSED_PORT}`,
    ALIBABA_CLOUD_ACCESS_KEY_ID: "nobody",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "nothing",
    DATA_ENCRYPTION_KEYS: DATA_KEYS,
    LOG_LEVEL: "warn",
    SWEEP_INTERVAL_MS: "200",
    ...env,
  });
