import { z } from "zod";
import { optionalText } from "./lenient.ts";

/** `Result` of `KeepaliveIntl`, which takes no parameters (provider notes, section 8): `SUCCESS`. */
export const KeepaliveAnswer = z.looseObject({ result: optionalText });

export type KeepaliveAnswer = z.output<typeof KeepaliveAnswer>;
