import { sha256Hex } from "@verdict/provider";

const LENGTH = 32;

/**
 * 32 characters: the prefix, `hks` for the Hong Kong region, and hex digits. The same seed, reset count and ordinal give the
 * same id; the fault seed has no part in it, so two runs with one fault plan never share an id by accident.
 */
export const transactionId = (prefix: string, key: string): string => `${prefix}${sha256Hex(key)}`.slice(0, LENGTH);
