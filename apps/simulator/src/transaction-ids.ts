import { sha256Hex } from "@verdict/provider";

/**
 * `hks` and 29 hex digits, like the ids of the Hong Kong region. The same seed, reset count and ordinal give the same id; the
 * fault seed has no part in it, so two runs with one fault plan never share an id by accident.
 */
export const transactionId = (idSeed: string, resets: number, ordinal: number): string =>
  `hks${sha256Hex(`${idSeed}/${resets}/${ordinal}`).slice(0, 29)}`;
