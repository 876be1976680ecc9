import type { z } from "zod";
import { Problem } from "./problem.ts";

/** A documented answer with a JSON body. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

/** A documented problem; the description lists its stable codes. */
export const refusal = (codes: string) => ({
  description: codes,
  content: { "application/problem+json": { schema: Problem } },
});

/** Every call under /v1 needs the API key. */
export const security = [{ apiKey: [] }];
