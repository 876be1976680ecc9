import { z } from "zod";

/** A string that some editions of the API send as a number. */
export const text = z.union([z.string(), z.number()]).transform(String);

/** What an answer can do without: absent, null or of an unexpected type, it is left out, and the rest is still read. */
export const optionalText = text
  .nullish()
  .transform((value) => value ?? undefined)
  .catch(undefined)
  .optional();

/** What an answer is asked for: it may be absent or null, but of an unexpected type it makes the answer unreadable. */
export const expectedText = text
  .nullish()
  .transform((value) => value ?? undefined)
  .optional();
