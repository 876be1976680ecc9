import type { Claim } from "./evidence.ts";

const NAMES = ["callbacktoken", "transactionid", "passed", "subcode"] as const;
type Name = (typeof NAMES)[number];

const PASSED: ReadonlyMap<string, boolean> = new Map([
  ["y", true],
  ["t", true],
  ["true", true],
  ["n", false],
  ["f", false],
  ["false", false],
]);

/** Opaque at the provider, at most 64 characters; any that print (provider notes, section 3). */
const TRANSACTION_ID = /^[!-~]{1,64}$/;
const SUB_CODE = /^[A-Za-z0-9_.-]{1,16}$/;

/** A callback's parameters under their own names, before anything is made of them. */
export type CallbackParameters = {
  values: Record<Name, string | undefined>;
  /** Parameters that were given twice with different values. */
  contradicted: readonly Name[];
  /** Whatever else was there. */
  others: readonly (readonly [string, string])[];
};

/** What a callback says, its token set aside. The reason names a parameter, never its value. */
export type CallbackContent =
  | { kind: "claim"; transactionId: string; claim: Claim; extra: Record<string, string> }
  | { kind: "malformed"; reason: string };

const NONE: readonly never[] = [];

/**
 * Sorts a callback's parameters in any letter case, since the vendor's prose says `subcode` and `CallbackToken` where its
 * sample says `subCode` and `callbackToken` (seeds 0 and 1). A repeat with the same value is fine, with another value is not;
 * of several spellings an empty one loses. Null: there is none of a callback's parameters, as in the provider's probe.
 */
export function sortParameters(pairs: Iterable<readonly [string, string]>): CallbackParameters | null {
  const values: CallbackParameters["values"] = {
    callbacktoken: undefined,
    transactionid: undefined,
    passed: undefined,
    subcode: undefined,
  };
  let given = false;
  let contradicted: Name[] | undefined;
  let others: (readonly [string, string])[] | undefined;
  for (const pair of pairs) {
    const [name, value] = pair;
    const known = usual(name) ?? knownAs(name);
    if (known === undefined) {
      others ??= [];
      others.push(pair);
      continue;
    }
    given = true;
    const held = values[known];
    if (value !== "" && held && held !== value) {
      contradicted ??= [];
      contradicted.push(known);
    } else if (value !== "" || held === undefined) values[known] = value;
  }
  return given ? { values, contradicted: contradicted ?? NONE, others: others ?? NONE } : null;
}

/** As the provider's sample spells them. Comparing costs less than a Map, which would have to hash what has just been cut out. */
function usual(name: string): Name | undefined {
  switch (name) {
    case "callbackToken":
      return "callbacktoken";
    case "transactionId":
      return "transactionid";
    case "passed":
      return "passed";
    case "subCode":
      return "subcode";
  }
}

/** In any letter case. */
function knownAs(name: string): Name | undefined {
  const lower = name.toLowerCase();
  return NAMES.find((candidate) => candidate === lower);
}

/** The token, or an empty text when there is none, or two different ones. */
export const tokenOf = ({ values, contradicted }: CallbackParameters): string =>
  contradicted.includes("callbacktoken") ? "" : (values.callbacktoken ?? "");

/** What the parameters say. Others than the callback's own are kept: some integrators put theirs into the CallbackUrl. */
export function contentOf({ values, contradicted, others }: CallbackParameters): CallbackContent {
  const malformed = (reason: string): CallbackContent => ({ kind: "malformed", reason });
  for (const name of contradicted) return malformed(`${name} is repeated with different values`);

  const transactionId = values.transactionid ?? "";
  if (!TRANSACTION_ID.test(transactionId))
    return malformed(transactionId ? "transactionid is not an id" : "transactionid is missing");
  const passed = PASSED.get((values.passed ?? "").toLowerCase());
  if (passed === undefined) return malformed(values.passed ? "passed is neither yes nor no" : "passed is missing");
  const subCode = values.subcode ?? "";
  if (!SUB_CODE.test(subCode)) return malformed(subCode ? "subcode is not a code" : "subcode is missing");
  const extra = Object.fromEntries(others.map(([name, value]) => [storable(name), storable(value)]));
  return { kind: "claim", transactionId, claim: { passed, subCode }, extra };
}

/** Postgres keeps neither U+0000 nor half a surrogate pair, and a stranger's letter must not cost anybody a callback. */
const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");
