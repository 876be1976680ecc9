export { type CallFacts, type CallMetrics, callMetrics } from "./call-metrics.ts";
export { type ClientAddressTrust, clientAddress } from "./client-address.ts";
export { type BucketCounts, countedHistogram, spread } from "./counted-histogram.ts";
export * from "./health.ts";
export * from "./logger.ts";
export * from "./metrics.ts";
export { contains, type Networks, parseNetworks, sourcePrefix } from "./networks.ts";
export { NODE_FLAGS } from "./node-flags.ts";
export { probeApp } from "./probe-app.ts";
export { rememberingOne } from "./remembering-one.ts";
export * from "./run-app.ts";
export * from "./serve.ts";
export { type AlertSettings, readAlertSettings } from "./settings/alert-rules.ts";
export type { AllowedTargets } from "./settings/allowed-targets.ts";
export { type CallRates, callRates, callRatesInJson } from "./settings/call-rates.ts";
export { readClientAddressTrust } from "./settings/client-address-trust.ts";
export { type DataKey, dataEncryptionKeys } from "./settings/data-keys.ts";
export { type Environment, environment } from "./settings/environment.ts";
export { field, flag, got, oneOf, secret, Wrong, wholeNumber } from "./settings/field.ts";
export {
  checkSchedule,
  emailAddress,
  httpUrl,
  logLevel,
  port,
  postgresUrl,
  queuePrefix,
  queueUrl,
  type ReceiptSink,
  receiptSinks,
} from "./settings/fields.ts";
export { type Oidc, readOidc } from "./settings/oidc.ts";
export { type EnvSchema, type EnvSource, readEnv, readTogether } from "./settings/read-env.ts";
export { refuseInProduction } from "./settings/refuse-in-production.ts";
export { type CallbackRoute, callbackPath, type Route, readCallbackRoutes, readRoutes } from "./settings/routes.ts";
export { SettingsError } from "./settings/settings-error.ts";
export { callbackTokenKeys, type TokenKey } from "./settings/token-keys.ts";
export { type FiniteLabel, OTHER, oneOfValues, type Tally, tally } from "./tally.ts";
export { type ToldAlert, tellAlert } from "./tell-alert.ts";
export { openTracing, type TracingOptions, type TracingSettings } from "./tracing/open-tracing.ts";
export {
  type Begun,
  beginTogether,
  type Carrier,
  isCarrier,
  type SpanOptions,
  type Tracing,
} from "./tracing/tracing.ts";
export type { OnUnreadable, UnreadableStatus } from "./unreadable.ts";
