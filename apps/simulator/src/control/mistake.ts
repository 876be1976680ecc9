import type { Context } from "hono";

/** What a wrong control command is answered with. */
export const mistake = (c: Context, status: 400 | 404 | 409 | 413, code: string, message: string) =>
  c.json({ code, message }, status);
