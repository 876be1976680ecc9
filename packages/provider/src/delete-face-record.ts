import { z } from "zod";
import { expectedText } from "./lenient.ts";

/** `DeleteFaceRecordV2` (provider notes, section 7): forgets the faces registered under a name. Irreversible. */
export const DeleteFaceRecordRequest = z.object({
  /** The name a face check registered the face under. */
  merchantUserId: z.string().min(1).max(32),
  /** Only in this group; without it, in all. */
  faceGroupCode: z.string().min(1).optional(),
});

export type DeleteFaceRecordRequest = z.input<typeof DeleteFaceRecordRequest>;

/** `Result`. `deleted` is `N` where there was nothing to delete, an answer and no error (assumed). */
export const DeleteFaceRecordAnswer = z.looseObject({ deleted: expectedText });

export type DeleteFaceRecordAnswer = z.output<typeof DeleteFaceRecordAnswer>;
