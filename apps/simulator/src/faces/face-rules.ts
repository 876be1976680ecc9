import { z } from "zod";

/** The refusals a test can ask for, in words. */
export const REFUSALS = {
  NoFaceDetected: "no face was found in it",
  UnqualifiedPhoto: "it is unreadable or has the wrong size",
  ToolargeImage: "it is above 1 MB",
  DownloadTimeout: "its download took too long",
} as const;

const refusals = Object.keys(REFUSALS) as [keyof typeof REFUSALS, ...(keyof typeof REFUSALS)[]];

/** What a test says about one picture. */
export const FaceRule = z.strictObject({
  /** Pictures of the same person match, whatever they hold. */
  person: z.string().min(1).max(64).optional(),
  /** Found out by passive liveness detection, when the request asks for it: 205. */
  attack: z.boolean().optional(),
  /** Refused by business policy: 206. */
  policy: z.boolean().optional(),
  refuse: z.enum(refusals).optional(),
});

export type FaceRule = z.output<typeof FaceRule>;

const picture = z
  .string()
  .max(2_048)
  .regex(
    /^(sha256:[0-9a-f]{64}$|https?:\/\/)/,
    "expected sha256: and 64 hex digits of the file's digest, or the picture's URL",
  );

/** `PUT /_sim/faces`: replaces all rules. */
export const FaceRules = z.strictObject({
  faces: z.array(FaceRule.extend({ picture })).max(1_000),
});
