import type { z } from "zod";

/** One line that names each wrong field of a body: `callbacks.drop: above 1; calls: Unrecognized key: "drops"`. */
export const mistakesOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message)).join("; ");
