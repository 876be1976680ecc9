import { z } from "zod";

/** What a person gives as the reason for what he does. */
export const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => !text.includes("\0"), "text with a character that is none");
