/** Fingerprints of what looks like a secret and is none, by where it stands. */
export const HARMLESS: Readonly<Record<string, string>> = {
  d41d8c217d967f82: "a token with words in it, in the simulator's tests",
};
