import { percentEncode, sha256Hex } from "@verdict/provider";
import type { Behaviour } from "./behaviour.ts";
import type { Claim } from "./outcomes.ts";

type Wire = Pick<Behaviour, "callbackSpelling" | "callbackVerdict" | "callbackQuery" | "callbackTokenEncoding">;

/** Token, transaction, verdict and reason. The vendor's sample and its prose spell two of them differently (seed 0, CallbackUrl). */
const SPELLINGS: Record<Wire["callbackSpelling"], readonly [string, string, string, string]> = {
  sample: ["callbackToken", "transactionId", "passed", "subCode"],
  prose: ["CallbackToken", "transactionId", "passed", "subcode"],
  lower: ["callbacktoken", "transactionid", "passed", "subcode"],
  pascal: ["CallbackToken", "TransactionId", "Passed", "SubCode"],
};

export type Told = { token: string | null; transactionId: string; claim: Claim };

/** The callback as the provider sends it: its parameters follow whatever query the merchant's URL already has. */
export function callbackUrl(base: string, { token, transactionId, claim }: Told, wire: Wire): string {
  const url = new URL(base);
  const [tokenName, idName, passedName, subCodeName] = SPELLINGS[wire.callbackSpelling];
  const encode = wire.callbackTokenEncoding === "percent" ? percentEncode : (text: string) => text;
  const added = [
    ...(token === null ? [] : [`${tokenName}=${encode(token)}`]),
    `${idName}=${percentEncode(transactionId)}`,
    `${passedName}=${percentEncode(verdictWord(claim, wire.callbackVerdict))}`,
    `${subCodeName}=${percentEncode(claim.subCode)}`,
  ].join("&");
  url.search = url.search && wire.callbackQuery === "append" ? `${url.search}&${added}` : added;
  url.hash = "";
  return url.href;
}

/** The mainland sibling of this product says `T`, or puts the sub-code there (provider notes, section 5.2). */
function verdictWord({ passed, subCode }: Claim, style: Wire["callbackVerdict"]): string {
  switch (style) {
    case "YN":
      return passed;
    case "TF":
      return passed === "Y" ? "T" : "F";
    case "words":
      return passed === "Y" ? "true" : "false";
    case "subCode":
      return subCode;
  }
}

/** Begins like the genuine token and was never issued: what a stranger could guess who had seen other tokens. */
export function wrongToken(token: string | null): string {
  const genuine = token ?? "";
  const start = genuine.slice(0, Math.floor(genuine.length / 2));
  const length = Math.max(genuine.length - start.length, 16);
  return start + sha256Hex(`not ${genuine}`).slice(0, length);
}
