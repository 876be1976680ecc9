/** How much of a value is shown: `shown` is for verdicts and scores, which name nobody. */
export type DetailMask = "name" | "number" | "year" | "hidden" | "shown";

const DOTS = "•••";

/** One letter of each name: enough to tell two people in a list apart. */
const maskName = (value: string): string =>
  value
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, 3)
    .map((word) => `${firstLetter(word)}${DOTS}`)
    .join(" ") || DOTS;

/** A letter may be made of several code points. */
const firstLetter = (word: string): string => {
  for (const { segment } of new Intl.Segmenter("en").segment(word)) return segment;
  return "";
};

/** The last four of a long number, the last two of a shorter one; never more than half of it. */
function maskNumber(value: string): string {
  const letters = Array.from(value.replace(/[\s()-]/g, ""));
  const shown = letters.length >= 8 ? 4 : letters.length >= 5 ? 2 : 0;
  return `${DOTS}${letters.slice(letters.length - shown).join("")}`;
}

/** The year of a date as the provider writes dates: `1990-01-31`, `1990/01/31`. Any other is hidden. */
const maskDate = (value: string): string => {
  const year = /^((?:19|20)\d\d)[-/.]\d{1,2}[-/.]\d{1,2}$/.exec(value)?.[1];
  return year ? `${year}-••-••` : DOTS;
};

export const MASKS: Readonly<Record<DetailMask, (value: string) => string>> = {
  name: maskName,
  number: maskNumber,
  year: maskDate,
  hidden: () => DOTS,
  shown: (value) => value,
};
