import {
  FaceVerifyRequest,
  IdOcrRequest,
  merchantBizId,
  pageRuleBroken,
  pictureRule,
  plainText,
} from "@verdict/provider";
import type { StartRequest } from "@verdict/services";
import { z } from "zod";
import { refuseBadPicture } from "./picture-issues.ts";

const ours = { productCode: true, merchantBizId: true, callbackUrl: true, callbackToken: true } as const;

/** The client SDK hands it out as text or, in browsers, as an object; the provider wants the text unmodified. */
const metaInfo = z
  .union([z.string(), z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value))], {
    error: "required: what the client SDK returned, as text or as an object",
  })
  .pipe(plainText(16_384));

const common = { route: z.string().default("default"), merchantBizId: merchantBizId.optional(), metaInfo };

const FaceVerifyBody = z.strictObject({
  product: z.literal("FACE_VERIFY"),
  ...FaceVerifyRequest.omit(ours).shape,
  ...common,
});

const IdOcrBody = z.strictObject({
  product: z.literal("ID_OCR"),
  ...IdOcrRequest.omit(ours).shape,
  ...common,
});

/** What `POST /v1/verifications` takes: the provider's options in camelCase, checked by the provider's own rules. */
export const StartBody = z.discriminatedUnion("product", [FaceVerifyBody, IdOcrBody]).superRefine((body, context) => {
  const issue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if (body.product === "FACE_VERIFY") {
    const broken = pictureRule(body);
    if (broken === "missing") issue("facePictureBase64", "one of facePictureBase64 and facePictureUrl is required");
    if (broken === "duplicated")
      issue("facePictureUrl", "only one of facePictureBase64 and facePictureUrl may be given");
    refuseBadPicture(context, "facePictureBase64", body.facePictureBase64);
  } else if (pageRuleBroken(body)) {
    issue("docPageConfig", "only for docType 00000001, the resident ID card of the Chinese mainland");
  }
});

/** The body as the service wants it: `product` is the provider's ProductCode. */
export function toStartRequest(body: z.output<typeof StartBody>): { route: string; request: StartRequest } {
  if (body.product === "FACE_VERIFY") {
    const { route, product, ...options } = body;
    return { route, request: { ...options, productCode: product } };
  }
  const { route, product, ...options } = body;
  return { route, request: { ...options, productCode: product } };
}
