export * from "./health.ts";
export * from "./logger.ts";
export * from "./metrics.ts";
export * from "./run-app.ts";
export * from "./serve.ts";
export { type Environment, environment } from "./settings/environment.ts";
export { field, got, oneOf, secret, Wrong, wholeNumber } from "./settings/field.ts";
export {
  checkSchedule,
  httpUrl,
  logLevel,
  port,
  postgresUrl,
  queuePrefix,
  queueUrl,
  type ReceiptSink,
  receiptSinks,
} from "./settings/fields.ts";
export { type EnvSchema, type EnvSource, readEnv, readTogether } from "./settings/read-env.ts";
export { refuseInProduction } from "./settings/refuse-in-production.ts";
export { type CallbackRoute, type Route, readCallbackRoutes, readRoutes } from "./settings/routes.ts";
export { SettingsError } from "./settings/settings-error.ts";
export { callbackTokenKeys, type TokenKey } from "./settings/token-keys.ts";
