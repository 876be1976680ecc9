import { z } from "zod";

/** Of a path: any text, since what is no id of ours is simply not found. */
export const byId = z.object({ id: z.string() });
