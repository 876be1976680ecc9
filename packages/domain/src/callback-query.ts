import type { Claim } from "./evidence.ts";

/** What a callback's query says, before its token is checked. */
export type CallbackQuery =
  /** No callback parameter at all: the provider's reachability probe, or a curious visitor. */
  | { kind: "probe" }
  | { kind: "claim"; token: string; transactionId: string; claim: Claim; extra: Record<string, string> }
  /** `token` is empty when none was given. The reason names the parameter, never its value. */
  | { kind: "malformed"; token: string; reason: string };

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

/**
 * Reads a callback's query in any letter case, since the vendor's prose says `subcode` and `CallbackToken` where its sample
 * says `subCode` and `callbackToken` (seeds 0 and 1). A repeat with the same value is fine, with another value is not; of
 * several spellings an empty one loses. Other parameters are kept: some integrators put their own into the CallbackUrl.
 */
export function readCallbackQuery(parameters: Iterable<readonly [string, string]>): CallbackQuery {
  const values = new Map<Name, string>();
  const conflicts = new Set<Name>();
  const extra: Record<string, string> = Object.create(null);
  for (const [name, value] of parameters) {
    const known = name.toLowerCase() as Name;
    if (!NAMES.includes(known)) extra[storable(name)] = storable(value);
    else if (value !== "" && values.get(known) && values.get(known) !== value) conflicts.add(known);
    else if (value !== "" || !values.has(known)) values.set(known, value);
  }
  if (values.size === 0) return { kind: "probe" };

  const token = conflicts.has("callbacktoken") ? "" : (values.get("callbacktoken") ?? "");
  const malformed = (reason: string): CallbackQuery => ({ kind: "malformed", token, reason });
  for (const name of conflicts) return malformed(`${name} is repeated with different values`);

  const transactionId = values.get("transactionid") ?? "";
  if (!TRANSACTION_ID.test(transactionId))
    return malformed(transactionId ? "transactionid is not an id" : "transactionid is missing");
  const passed = PASSED.get((values.get("passed") ?? "").toLowerCase());
  if (passed === undefined)
    return malformed(values.get("passed") ? "passed is neither yes nor no" : "passed is missing");
  const subCode = values.get("subcode") ?? "";
  if (!SUB_CODE.test(subCode)) return malformed(subCode ? "subcode is not a code" : "subcode is missing");
  return { kind: "claim", token, transactionId, claim: { passed, subCode }, extra: { ...extra } };
}

/** Postgres keeps neither U+0000 nor half a surrogate pair, and a stranger's letter must not cost anybody a callback. */
const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");
