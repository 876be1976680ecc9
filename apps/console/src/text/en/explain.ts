import type { Because } from "../because.ts";
import { words } from "./words.ts";

/** The sentences of an explanation. Which are said, and what stands in them, the rules of the state machine decide. */
export const explain = {
  explain: {
    unconfirmed: ({ at }: Because) => `The provider has not confirmed the session yet; it ends by itself at ${at}.`,
    awaits_user: ({ at }: Because) => `Waiting for the user, who can finish until ${at}.`,
    claim_unconfirmed: (said: Because) => `A callback says ${verdict(said)}; the provider has not confirmed it yet.`,
    confirmed: (said: Because) => `The provider confirmed: ${verdict(said)}.`,
    claim_without_result: (said: Because) => `A callback said ${verdict(said)}, but the provider has no result.`,
    never_opened: (_: Because) => "The user did not finish in time: the session was never opened.",
    broke_off: ({ page, code }: Because) =>
      `The user did not finish in time: it broke off${page ? ` on page ${page}` : ""}${code ? ` with client code ${code}` : ""}.`,
    not_finished: (_: Because) => "The user did not finish in time.",
    start_refused: ({ code }: Because) => `The provider refused to start the session: ${code}.`,
    start_unconfirmed: (_: Because) =>
      "The session was never confirmed by the provider, so nobody could have finished it.",
    answer_lost: (_: Because) =>
      "The answer to this face check was lost. It may have been carried out and paid for; asking again costs again.",
    result_deleted: (_: Because) => "The provider deleted the result before it could be read.",
    voided: (_: Because) => "A person voided this verification.",
    asked_next: ({ at }: Because) => `The provider is asked next at ${at}.`,
  },
};

function verdict({ passed, subCode, known }: Because): string {
  if (passed === null) return "nothing";
  const said = passed ? "passed" : "not passed";
  const meanings: Readonly<Record<string, string>> = words.subCodes;
  if (!subCode) return said;
  return `${said}, sub-code ${subCode}${known ? ` (${meanings[subCode]})` : ""}`;
}
