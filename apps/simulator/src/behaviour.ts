import { type CallRates, callRatesInJson, field, got, oneOf, wholeNumber } from "@verdict/runtime";
import { z } from "zod";
import { PRODUCTS } from "./outcomes.ts";

/** A field that takes a number as well, since JSON has them and an environment has not. */
const loose = <Schema extends z.ZodType<unknown, string>>(schema: Schema) =>
  z.union([z.string(), z.number()], "expected text or a number").transform(String).pipe(schema);

const choice = <Word extends string>(...words: readonly Word[]) => loose(oneOf(...words));
const count = (min: number, max: number) => loose(wholeNumber(min, max));
const pattern = (expected: string, allowed: RegExp) =>
  loose(field({ expected, parse: (text) => (allowed.test(text) ? text : got(text)) }));

const DAY_MS = 86_400_000;
const gone = choice("TransactionIdInvalid", "ProcessNotCompleted", "Bare");

const deletable = z
  .union([z.string(), z.array(z.string())], "expected text or a list")
  .transform((given) => (typeof given === "string" ? given : given.join(",") || "none"))
  .pipe(
    field({
      expected: `none, or some of ${PRODUCTS.join(", ")}`,
      parse: (text) => {
        const names = text === "none" ? [] : text.split(",").map((name) => name.trim());
        const known = PRODUCTS.filter((product) => names.includes(product));
        return known.length === new Set(names).size ? known : got(text);
      },
    }),
  );

/**
 * What the vendor's public documents leave open, a named point each (provider notes, sections 4.4, 5.3 and 11). The README
 * says what every value does; `SIMULATOR_CALLBACK_SPELLING` sets `callbackSpelling`, and so on.
 */
export const POINTS = {
  callbackSpelling: choice("sample", "prose", "lower", "pascal"),
  callbackVerdict: choice("YN", "TF", "words", "subCode"),
  callbackQuery: choice("append", "replace"),
  callbackTokenEncoding: choice("percent", "raw"),
  callbackAttempts: count(1, 10),
  callbackRetryMs: count(0, 600_000),
  callbackTimeoutMs: count(1, 60_000),
  callbackSuccess: choice("200", "2xx"),
  callbackRedirects: choice("refuse", "follow"),
  callbackWhen: choice("finished", "ready"),
  callbackOnExpiry: choice("never", "sent"),
  callbackPlainHttp: choice("loopback", "any", "never"),
  callbackUrlMax: count(1, 512),
  callbackTokenMax: count(1, 64),
  callbackUserAgent: pattern("none, or up to 128 printable characters", /^[\x20-\x7e]{1,128}$/),
  probeMethod: choice("GET", "HEAD"),
  probeTimeoutMs: count(1, 60_000),
  probeSuccess: choice("2xx", "200", "any"),
  pendingMs: count(0, DAY_MS),
  pendingAnswer: choice("ProcessNotCompleted", "P"),
  visibleAfterMs: count(0, 60_000),
  lapsedAnswer: choice("ProcessNotCompleted", "TransactionIdInvalid"),
  retiredAnswer: gone,
  deletedAnswer: gone,
  unknownAnswer: choice("TransactionIdInvalid", "InvalidParameter"),
  merchantBizIdCheck: choice("off", "on"),
  transactionIdPrefix: pattern("1 to 8 small letters or digits", /^[a-z0-9]{1,8}$/),
  videoField: pattern("a name of 1 to 32 letters", /^[A-Za-z]{1,32}$/),
  deletableProducts: deletable,
  faceCheckDefaults: choice("documentation", "metadata"),
  facePassedWord: choice("Y", "Yes"),
  registrationResult: choice("text", "number"),
  errorStatus: choice("table", "200"),
  getCalls: choice("refused", "accepted"),
  account: choice("active", "not-activated", "ram-denied", "key-inactive"),
  repeatedInvokeLimit: count(0, 1_000),
  qps: callRatesInJson,
  qpsWindow: choice("token-bucket", "sliding-second"),
  throttleStatus: choice("403", "400", "429"),
  throttleCode: choice("Throttling.Api", "Throttling.User", "Throttling", "Throttling.Api.Concurrency"),
  retryAfter: choice("off", "on"),
} as const;

/** A change of some points. */
export const BehaviourChange = z.strictObject(POINTS).partial();

export type Behaviour = { readonly [Name in keyof typeof POINTS]: z.output<(typeof POINTS)[Name]> };

const OFF: CallRates = {};

/** What the provider notes assume. */
export const USUAL: Behaviour = {
  callbackSpelling: "sample",
  callbackVerdict: "YN",
  callbackQuery: "append",
  callbackTokenEncoding: "percent",
  callbackAttempts: 2,
  callbackRetryMs: 1_000,
  callbackTimeoutMs: 3_000,
  callbackSuccess: "200",
  callbackRedirects: "refuse",
  callbackWhen: "finished",
  callbackOnExpiry: "never",
  callbackPlainHttp: "loopback",
  callbackUrlMax: 512,
  callbackTokenMax: 64,
  callbackUserAgent: "none",
  probeMethod: "GET",
  probeTimeoutMs: 5_000,
  probeSuccess: "2xx",
  pendingMs: 0,
  pendingAnswer: "ProcessNotCompleted",
  visibleAfterMs: 0,
  lapsedAnswer: "ProcessNotCompleted",
  retiredAnswer: "TransactionIdInvalid",
  deletedAnswer: "TransactionIdInvalid",
  unknownAnswer: "TransactionIdInvalid",
  merchantBizIdCheck: "off",
  transactionIdPrefix: "hks",
  videoField: "faceVideoUrl",
  deletableProducts: ["FACE_VERIFY", "ID_OCR"],
  faceCheckDefaults: "documentation",
  facePassedWord: "Y",
  registrationResult: "text",
  errorStatus: "table",
  getCalls: "refused",
  account: "active",
  repeatedInvokeLimit: 0,
  qps: OFF,
  qpsWindow: "token-bucket",
  throttleStatus: "403",
  throttleCode: "Throttling.Api",
  retryAfter: "off",
};

/** Some points changed, the rest as they were. */
export const changed = (behaviour: Behaviour, change: z.output<typeof BehaviourChange>): Behaviour => {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...behaviour, ...Object.fromEntries(given) };
};
