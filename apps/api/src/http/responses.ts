import type { z } from "zod";
import { PROBLEMS, Problem, type ProblemCode } from "./problem.ts";

/** A documented answer with a JSON body. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

type Refusal = {
  description: string;
  content: { "application/problem+json": { schema: typeof Problem } };
  "x-codes": readonly ProblemCode[];
};

/** The documented answers for problems: one for each status, with the stable codes it may carry. */
export type Refusals<Code extends ProblemCode> = { [Each in Code as (typeof PROBLEMS)[Each][0]]: Refusal };

export function refusals<Code extends ProblemCode>(codes: readonly Code[]): Refusals<Code> {
  const byStatus = Map.groupBy(new Set(codes), (code) => PROBLEMS[code][0]);
  const described = [...byStatus].map(([status, together]) => [
    status,
    {
      description: together.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}`).join(". "),
      content: { "application/problem+json": { schema: Problem } },
      "x-codes": together,
    },
  ]);
  return Object.fromEntries(described);
}

/** A JSON body that has to be there. */
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true as const,
  content: { "application/json": { schema } },
});
