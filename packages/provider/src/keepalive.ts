import { z } from "zod";

/** `Result` of `KeepaliveIntl`, which takes no parameters (provider notes, section 8): `SUCCESS`. */
export const KeepaliveAnswer = z.looseObject({ result: z.string().optional() });

export type KeepaliveAnswer = z.output<typeof KeepaliveAnswer>;
