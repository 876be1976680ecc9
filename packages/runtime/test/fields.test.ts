import { expect, test } from "vitest";
import { type Environment, environment } from "../src/index.ts";

type Name = keyof Environment;

const read = (name: Name, text: string, production = false) => environment(production).shape[name].safeParse(text);

const KEY = Buffer.from("a key that only the tests know..");
const KEPT = { details: 90, malformed: 90, tokens: 30, work: 90, events: 30, alerts: 365, evidence: null };

const accepted: [Name, string, unknown][] = [
  ["DATA_ENCRYPTION_KEYS", `d1:${KEY.toString("base64")}`, [{ kid: "d1", key: KEY }]],
  ["DATA_ENCRYPTION_KEYS", `d_-1:${KEY.toString("base64url")}`, [{ kid: "d_-1", key: KEY }]],
  ["RETENTION", "details=1d", { ...KEPT, details: 1 }],
  ["RETENTION", "evidence=3650d, details = never", { ...KEPT, evidence: 3_650, details: null }],
  ["RECEIVER_PORT", "0", 0],
  ["RECEIVER_PORT", " 65535 ", 65_535],
  ["DATABASE_URL", "postgres://u:p@h/db", "postgres://u:p@h/db"],
  ["DATABASE_URL", "postgresql://h:5433/db?sslmode=require", "postgresql://h:5433/db?sslmode=require"],
  ["QUEUE_URL", "redis://:p@h:6379/0", "redis://:p@h:6379/0"],
  ["QUEUE_URL", "rediss://h", "rediss://h"],
  ["QUEUE_URL", "postgres://h/db", "postgres://h/db"],
  ["RECEIPT_SINKS", "queue", ["queue"]],
  ["RECEIPT_SINKS", "queue, postgres", ["queue", "postgres"]],
  ["CHECK_SCHEDULE_SECONDS", "1", [1]],
  ["CHECK_SCHEDULE_SECONDS", "1, 2,30", [1, 2, 30]],
  ["EXPIRY_GRACE_SECONDS", "0", 0],
  ["PUBLIC_CALLBACK_BASE_URL", "https://v.example.com/", "https://v.example.com"],
  ["PUBLIC_CALLBACK_BASE_URL", "http://127.0.0.1:8080/base", "http://127.0.0.1:8080/base"],
  ["PUBLIC_CALLBACK_BASE_URL", `https://h/${"a".repeat(390)}/`, `https://h/${"a".repeat(390)}`],
  ["QUEUE_PREFIX", "verdict-2", "verdict-2"],
  ["LOG_LEVEL", "silent", "silent"],
  ["API_BOOTSTRAP_KEY", "0123456789abcdef", "0123456789abcdef"],
  ["API_PUBLIC_URL", "https://Verdict.example.com/", "https://verdict.example.com"],
  ["API_PUBLIC_URL", "http://127.0.0.1:8081", "http://127.0.0.1:8081"],
  ["FIRST_ADMIN_EMAIL", "Boss@Shop.example", "boss@shop.example"],
  ["OIDC_ROLE_CLAIM", "https://corp.example/role", "https://corp.example/role"],
  ["REFUSAL_LIMIT_PER_SOURCE", "0", 0],
  ["REFUSAL_LIMIT_PER_ROUTE", "1000000", 1_000_000],
  ["REFUSAL_ROWS_PER_HOUR", "1", 1],
  ["REFUSALS_KEPT_DAYS", "3650", 3_650],
  ["CLIENT_ADDRESS_HEADER", " X-Forwarded-For ", "x-forwarded-for"],
  ["ALLOW_FORGETFUL_QUEUE", "true", true],
  ["CALLBACK_OPAQUE_TOKENS", "false", false],
  ["CALLBACK_PATH_SECRET", "0123456789_-aBcD", "0123456789_-aBcD"],
  ["CALLBACK_PATH_SECRET", "z".repeat(64), "z".repeat(64)],
  ["CALLBACK_TOKEN_KEYS", "k1:s", [{ kid: "k1", secret: "s" }]],
  [
    "CALLBACK_TOKEN_KEYS",
    "new:a:b=, old-1_X:c",
    [
      { kid: "new", secret: "a:b=" },
      { kid: "old-1_X", secret: "c" },
    ],
  ],
];

test.each(accepted)("%s takes %j", (name, text, value) => {
  expect(read(name, text)).toEqual({ success: true, data: value });
});

const refused: [Name, string][] = [
  ["DATA_ENCRYPTION_KEYS", "hunter2"],
  ["DATA_ENCRYPTION_KEYS", "d1:hunter2"],
  ["DATA_ENCRYPTION_KEYS", `d1:${KEY.toString("base64")}hunter2`],
  ["DATA_ENCRYPTION_KEYS", `d.1:${KEY.toString("base64")}`],
  ["DATA_ENCRYPTION_KEYS", `d1:${KEY.toString("base64")},d1:${Buffer.from(KEY).reverse().toString("base64")}`],
  ["DATA_ENCRYPTION_KEYS", `d1:${KEY.toString("base64")},d2:${KEY.toString("base64")}`],
  ["DATA_ENCRYPTION_KEYS", `d1:${Buffer.alloc(32).toString("base64")}`],
  ["RETENTION", "details"],
  ["RETENTION", "details=90"],
  ["RETENTION", "details=0d"],
  ["RETENTION", "details=90d,details=30d"],
  ["RETENTION", "pictures=90d"],
  ["RETENTION", "evidence=30d"],
  ["RECEIVER_PORT", "65536"],
  ["RECEIVER_PORT", "-1"],
  ["RECEIVER_PORT", "80.5"],
  ["RECEIVER_PORT", "1e3"],
  ["DATABASE_URL", "mysql://u:hunter2@h/db"],
  ["DATABASE_URL", "u:hunter2@h/db"],
  ["DATABASE_URL", "postgres://"],
  ["QUEUE_URL", "http://u:hunter2@h"],
  ["QUEUE_URL", "localhost:6379"],
  ["RECEIPT_SINKS", "postgres,postgres"],
  ["RECEIPT_SINKS", "postgres,"],
  ["RECEIPT_SINKS", "Postgres"],
  ["CHECK_SCHEDULE_SECONDS", "60,60"],
  ["CHECK_SCHEDULE_SECONDS", "180,60"],
  ["CHECK_SCHEDULE_SECONDS", "0,60"],
  ["CHECK_SCHEDULE_SECONDS", "60,"],
  ["CHECK_SCHEDULE_SECONDS", "1.5"],
  ["VERIFICATION_TTL_SECONDS", "0"],
  ["SWEEP_INTERVAL_MS", "0"],
  ["PUBLIC_CALLBACK_BASE_URL", "ftp://h"],
  ["PUBLIC_CALLBACK_BASE_URL", "h:8080"],
  ["PUBLIC_CALLBACK_BASE_URL", "https://u:hunter2@h"],
  ["PUBLIC_CALLBACK_BASE_URL", "https://h/?a=1"],
  ["PUBLIC_CALLBACK_BASE_URL", `https://h/${"a".repeat(391)}`],
  // Every é becomes six characters.
  ["PUBLIC_CALLBACK_BASE_URL", `https://h/${"é".repeat(80)}`],
  ["QUEUE_PREFIX", "Verdict"],
  ["QUEUE_PREFIX", "a".repeat(41)],
  ["LOG_LEVEL", "loud"],
  ["API_BOOTSTRAP_KEY", "hunter2"],
  ["API_PUBLIC_URL", "https://h/path"],
  ["API_PUBLIC_URL", "https://h/?a=1"],
  ["API_PUBLIC_URL", "https://u:hunter2@h"],
  ["API_PUBLIC_URL", "h:8081"],
  ["AUTH_SECRET", "hunter2"],
  ["FIRST_ADMIN_EMAIL", "boss"],
  ["FIRST_ADMIN_EMAIL", "a b@shop.example"],
  ["OIDC_ROLE_CLAIM", "a claim"],
  ["REFUSAL_LIMIT_PER_SOURCE", "1000001"],
  ["REFUSAL_LIMIT_PER_ROUTE", "-1"],
  ["REFUSAL_ROWS_PER_HOUR", "0"],
  ["REFUSALS_KEPT_DAYS", "0"],
  ["CLIENT_ADDRESS_HEADER", "X Real IP"],
  ["CLIENT_ADDRESS_HEADER", "Forwarded"],
  ["TRUSTED_PROXIES", "10.0.0.0/33"],
  ["TRUSTED_PROXIES", "10.0.0.1,"],
  ["CALLBACK_ALLOWED_SOURCES", "nowhere.example.com"],
  ["DELIVERY_ALLOWED_TARGETS", ""],
  ["DELIVERY_ALLOWED_TARGETS", "hooks.corp.internal,"],
  ["DELIVERY_ALLOWED_TARGETS", "10.0.0.0/33"],
  ["DELIVERY_ALLOWED_TARGETS", "127.1"],
  ["DELIVERY_ALLOWED_TARGETS", "2130706433"],
  ["DELIVERY_ALLOWED_TARGETS", "0x7f.1"],
  ["DELIVERY_ALLOWED_TARGETS", "hooks.internal."],
  ["DELIVERY_ALLOWED_TARGETS", "hooks..internal"],
  ["DELIVERY_ALLOWED_TARGETS", "hooks.internal:0"],
  ["DELIVERY_ALLOWED_TARGETS", "hooks.internal:65536"],
  ["DELIVERY_ALLOWED_TARGETS", "https://hooks.internal"],
  ["DELIVERY_ALLOWED_TARGETS", "user@hooks.internal"],
  ["DELIVERY_ALLOWED_TARGETS", "*.internal"],
  ["ALLOW_FORGETFUL_QUEUE", "yes"],
  ["CALLBACK_OPAQUE_TOKENS", "TRUE"],
  ["CALLBACK_PATH_SECRET", "hunter2"],
  ["CALLBACK_PATH_SECRET", `hunter2${"/".repeat(16)}`],
  ["CALLBACK_PATH_SECRET", `hunter2${"z".repeat(58)}`],
  ["CALLBACK_TOKEN_KEYS", "hunter2"],
  ["CALLBACK_TOKEN_KEYS", "k1:"],
  ["CALLBACK_TOKEN_KEYS", ":hunter2"],
  ["CALLBACK_TOKEN_KEYS", "k1:a,k1:hunter2"],
  ["CALLBACK_TOKEN_KEYS", "k1:hunter2,"],
  ["CALLBACK_TOKEN_KEYS", `${"k".repeat(16)}:hunter2`],
];

test.each(refused)("%s refuses %j and does not repeat a secret", (name, text) => {
  const { error } = read(name, text);
  expect(error?.issues).toHaveLength(1);
  expect(error?.issues[0]?.message).toMatch(/^expected /);
  expect(error?.issues[0]?.message).not.toContain("hunter2");
});

const strong = "x".repeat(32);

test.each<[Name, string, boolean]>([
  ["CALLBACK_TOKEN_KEYS", `k1:${strong}`, true],
  ["CALLBACK_TOKEN_KEYS", `k1:${strong},k2:short`, false],
  ["MERCHANT_USER_PEPPER", strong, true],
  ["MERCHANT_USER_PEPPER", "short", false],
  ["PUBLIC_CALLBACK_BASE_URL", "https://h", true],
  ["PUBLIC_CALLBACK_BASE_URL", "http://h", false],
])("in production %s: %j is %j", (name, text, success) => {
  expect(read(name, text, true).success).toBe(success);
});
