import type { Because } from "./because.ts";
import type { Text } from "./en/index.ts";

/** Why a session is where it is and what happens next, in the reader's language. Its times are ISO 8601, in UTC. */
export const sayBecause = (because: readonly Because[], t: Text, fallback: string): string => {
  const known = because.every(({ key }) => Object.hasOwn(t.explain, key));
  return known ? t.parts.sentences(because.map((one) => t.explain[one.key](one))) : fallback;
};
