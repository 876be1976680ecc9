import { brokenFaceCheckRules, FaceDuplicationCheckRequest, merchantBizId, plainText } from "@verdict/provider";
import type { FaceCheckRequest } from "@verdict/services";
import { z } from "zod";
import { refuseBadPicture } from "./picture-issues.ts";

const ours = { productCode: true, merchantBizId: true } as const;
const { shape } = FaceDuplicationCheckRequest.omit(ours);

/** The provider's flags are digits as text; JSON callers may as well send the digit. */
const digit = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === "number" ? String(value) : value), schema);

/** What `POST /v1/face-checks` takes: the provider's options in camelCase, checked by the provider's own rules. */
export const FaceCheckBody = z
  .strictObject({
    ...shape,
    route: z.string().default("default"),
    merchantBizId: merchantBizId.optional(),
    merchantUserId: plainText(128),
    verifyModel: digit(shape.verifyModel),
    liveness: digit(shape.liveness),
    autoRegistration: digit(shape.autoRegistration),
    returnFaces: digit(shape.returnFaces),
  })
  .superRefine((body, context) => {
    for (const { field, message } of brokenFaceCheckRules(body)) {
      context.addIssue({ code: "custom", path: [field], message });
    }
    refuseBadPicture(context, "sourceFacePicture", body.sourceFacePicture);
    refuseBadPicture(context, "targetFacePicture", body.targetFacePicture);
  });

export const PICTURE_FIELDS = ["sourceFacePicture", "targetFacePicture"] as const;

/** The body as the service wants it. */
export function toFaceCheckRequest(body: z.output<typeof FaceCheckBody>): { route: string; request: FaceCheckRequest } {
  const { route, ...options } = body;
  return { route, request: { ...options, productCode: "FACE_IDU_MIN" } };
}
