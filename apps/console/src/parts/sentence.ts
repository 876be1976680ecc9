/** Words that stand at the beginning of a line. */
export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
