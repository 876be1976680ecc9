import { ProblemError } from "@verdict/client";
import type { Text } from "../text/en/index.ts";

/** An error as one line for the person who caused it. */
export const errorText = (error: unknown, t: Text): string =>
  error instanceof ProblemError ? error.message : t.errors.unreachable;
