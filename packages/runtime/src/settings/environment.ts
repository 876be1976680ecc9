import { RETENTION_DAYS } from "@verdict/domain";
import { z } from "zod";
import { allowedTargets } from "./allowed-targets.ts";
import { callRates, PROVIDER_RATES } from "./call-rates.ts";
import { dataEncryptionKeys } from "./data-keys.ts";
import { flag, secret, share, wholeNumber } from "./field.ts";
import {
  checkSchedule,
  claimName,
  clientAddressHeader,
  emailAddress,
  httpUrl,
  httpUrlWithSecret,
  logLevel,
  path,
  pathSecret,
  port,
  postgresUrl,
  queuePrefix,
  queueUrl,
  receiptSinks,
  webOrigin,
} from "./fields.ts";
import { networks } from "./networks.ts";
import { retention } from "./retention.ts";
import { PROVIDER_ENDPOINT } from "./routes-file.ts";
import { callbackTokenKeys } from "./token-keys.ts";

const DAY_SECONDS = 86_400;

/**
 * Every environment variable Verdict knows, with its default. An app picks what it needs:
 * `readEnv((production) => environment(production).pick({ RECEIVER_PORT: true }), process.env)`.
 * Secrets have no default here: `npm start` makes random ones for development, production must bring its own.
 */
export const environment = (production: boolean) =>
  z.object({
    DATABASE_URL: postgresUrl,
    /** Where DATABASE_URL is a pooler in transaction mode: the server itself, for what needs a session. */
    DATABASE_DIRECT_URL: postgresUrl.optional(),
    /** Searches, lists and statistics go there; they may be a moment old. */
    DATABASE_REPLICA_URL: postgresUrl.optional(),
    /** Not set: the queue lives in the database, by its direct URL where there is one. */
    QUEUE_URL: queueUrl.optional(),
    QUEUE_PREFIX: queuePrefix.default("verdict"),
    RECEIPT_SINKS: receiptSinks.default(["postgres", "queue"]),
    RECEIVER_PORT: port.default(8080),
    API_PORT: port.default(8081),
    SIMULATOR_PORT: port.default(8082),
    /** Where a worker answers probes and /metrics. Not set: nowhere. */
    WORKER_PORT: port.optional(),
    /** How many of receiver, api and worker there are on this machine; above 1 those of a kind share their port. */
    PROCESSES_EACH: wholeNumber(1, 16).default(1),
    DATA_DIR: path.default(".data"),
    LOG_LEVEL: logLevel.default("info"),
    /** The provider asks for 512 characters at most; route and query want their share. */
    PUBLIC_CALLBACK_BASE_URL: httpUrl({ httpsOnly: production, maxLength: 400 }),
    CALLBACK_TOKEN_KEYS: callbackTokenKeys(production),
    PROVIDER_ENDPOINT: httpUrl().default(PROVIDER_ENDPOINT),
    ALIBABA_CLOUD_ACCESS_KEY_ID: secret(1),
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret(1),
    /** Calls a second the provider allows, by product and for each operation. */
    PROVIDER_QPS: callRates.default(PROVIDER_RATES),
    ROUTES_FILE: path.optional(),
    /** Not set: callbacks may come from anywhere, since the provider names no addresses of its own. */
    CALLBACK_ALLOWED_SOURCES: networks.optional(),
    CALLBACK_PATH_SECRET: pathSecret.optional(),
    /** Lets sessions that another system initialized bring that system's own tokens. */
    CALLBACK_OPAQUE_TOKENS: flag.default(false),
    API_BOOTSTRAP_KEY: secret(16).optional(),
    /** Where people reach the API and the console. Not set: on this machine only. */
    API_PUBLIC_URL: webOrigin.optional(),
    /** Signs sessions and encrypts second factors. Changing it signs everybody out and takes their second factors. */
    AUTH_SECRET: secret(32),
    /** Who is the first to sign in, if `npm start` finds nobody. */
    FIRST_ADMIN_EMAIL: emailAddress.default("admin@verdict.local"),
    /** All three of them or none; see readOidc. */
    OIDC_ISSUER: httpUrl({ httpsOnly: production }).optional(),
    OIDC_CLIENT_ID: secret(1).optional(),
    OIDC_CLIENT_SECRET: secret(1).optional(),
    OIDC_ROLE_CLAIM: claimName.optional(),
    /** Keys the hash under which a merchant's user is found. Changing it loses that search. */
    MERCHANT_USER_PEPPER: secret(production ? 32 : 1),
    /** Encrypt what the provider tells of a person. Without one that is still in use, what it encrypted is lost. */
    DATA_ENCRYPTION_KEYS: dataEncryptionKeys,
    VERIFICATION_TTL_SECONDS: wholeNumber(1, 30 * DAY_SECONDS).default(1_800),
    EXPIRY_GRACE_SECONDS: wholeNumber(0, DAY_SECONDS).default(120),
    CHECK_SCHEDULE_SECONDS: checkSchedule.default([60, 180, 420, 900]),
    SWEEP_INTERVAL_MS: wholeNumber(1, 3_600_000).default(1_000),
    /** Refusals per second before strangers are told to come back later; 0: as many as come. */
    REFUSAL_LIMIT_PER_SOURCE: wholeNumber(0, 1_000_000).default(500),
    REFUSAL_LIMIT_PER_ROUTE: wholeNumber(0, 1_000_000).default(2_000),
    REFUSAL_ROWS_PER_HOUR: wholeNumber(1, 100_000).default(500),
    REFUSALS_KEPT_DAYS: wholeNumber(1, 3_650).default(30),
    /** How long what else is kept, by class of data. */
    RETENTION: retention.default(RETENTION_DAYS),
    /** Only together with TRUSTED_PROXIES; see readClientAddressTrust. */
    CLIENT_ADDRESS_HEADER: clientAddressHeader.optional(),
    TRUSTED_PROXIES: networks.optional(),
    /** Lets a Redis that may forget what it was given be the only place of a callback. */
    ALLOW_FORGETFUL_QUEUE: flag.default(false),
    /** Not set: webhooks and notifications go to public addresses only. */
    DELIVERY_ALLOWED_TARGETS: allowedTargets.optional(),
    /** A JSON object or the path of a file that holds one; see readAlertSettings. */
    ALERT_RULES: path.optional(),
    /** Told at regular times that alerts are being raised and told; who hears nothing there raises the alarm. */
    ALERT_HEARTBEAT_URL: httpUrlWithSecret.optional(),
    ALERT_HEARTBEAT_SECONDS: wholeNumber(1, DAY_SECONDS).default(60),
    /** Where people find docs/runbook.md, each rule under a heading of its own. */
    RUNBOOK_URL: httpUrl().optional(),
    /** Where spans are sent, by OTLP over HTTP. Not set: nothing is traced. */
    OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
    /** The share of traces that are recorded. */
    OTEL_TRACES_SAMPLER_ARG: share.default(1),
    /** Protects /metrics in production, where the page is absent without it. */
    METRICS_TOKEN: secret(16).optional(),
  });

/** The settings of an app that has picked everything. */
export type Environment = z.output<ReturnType<typeof environment>>;
