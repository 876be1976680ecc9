import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

/** Where a secret could slip into a log line: at the top and one level down, e.g. in `settings` or `headers`. */
const secretNames = [
  "authorization",
  "cookie",
  "password",
  "secret",
  "token",
  "apiKey",
  "accessKeyId",
  "accessKeySecret",
  "securityToken",
  "callbackToken",
  "callbackTokenKeys",
  "pathSecret",
  "secrets",
  "clientSecret",
  "privateKey",
  "pepper",
  "idToken",
  "accessToken",
  "refreshToken",
  "databaseUrl",
  "queueUrl",
];
/** The same by the names of settings. */
const secretSettings = [
  "DATABASE_URL",
  "QUEUE_URL",
  "CALLBACK_TOKEN_KEYS",
  "CALLBACK_PATH_SECRET",
  "ALIBABA_CLOUD_ACCESS_KEY_ID",
  "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
  "API_BOOTSTRAP_KEY",
  "AUTH_SECRET",
  "OIDC_CLIENT_SECRET",
  "MERCHANT_USER_PEPPER",
  "DATA_ENCRYPTION_KEYS",
  "METRICS_TOKEN",
  "ALERT_HEARTBEAT_URL",
];
const redact = [
  ...secretNames,
  ...secretNames.map((name) => `*.${name}`),
  ...secretSettings,
  ...secretSettings.map((name) => `*.${name}`),
  "*.headers.authorization",
  "*.headers.cookie",
];

/** A JSON logger on stdout that replaces the values of well-known secret fields by `[Redacted]`. */
export function createLogger(
  { name, level = "info" }: { name: string; level?: string },
  destination?: DestinationStream,
): Logger {
  const options = { name, level, redact, serializers: { err: describeError } };
  return destination ? pino(options, destination) : pino(options);
}

type LoggedError = { type: string; message: string; code?: string; stack?: string; cause?: LoggedError };

/**
 * An error as it is logged. A failed query carries its SQL with all values, which are other people's; of such an error only
 * its cause is told.
 */
function describeError(error: unknown): LoggedError | unknown {
  if (!(error instanceof Error)) return error;
  if ("params" in error && error.cause) return describeError(error.cause);
  const { name: type, message, stack, cause } = error;
  return {
    type,
    message,
    ...("code" in error && { code: String(error.code) }),
    ...(stack && { stack }),
    ...(cause instanceof Error && { cause: describeError(cause) }),
  };
}
