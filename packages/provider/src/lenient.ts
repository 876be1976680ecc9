import { z } from "zod";

/** A string that some editions of the API send as a number. */
export const text = z.union([z.string(), z.number()]).transform(String);
