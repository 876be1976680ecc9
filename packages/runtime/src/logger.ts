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
  "databaseUrl",
  "queueUrl",
];
const redact = [
  ...secretNames,
  ...secretNames.map((name) => `*.${name}`),
  "*.headers.authorization",
  "*.headers.cookie",
];

/** A JSON logger on stdout that replaces the values of well-known secret fields by `[Redacted]`. */
export function createLogger(
  { name, level = "info" }: { name: string; level?: string },
  destination?: DestinationStream,
): Logger {
  const options = { name, level, redact };
  return destination ? pino(options, destination) : pino(options);
}
