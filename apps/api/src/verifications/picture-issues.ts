import { judgePicture } from "@verdict/provider";
import type { z } from "zod";

/** Adds what is wrong with a picture to the issues of a request, under the field it came in. */
export function refuseBadPicture(context: z.RefinementCtx, field: string, base64: string | undefined): void {
  if (base64 === undefined) return;
  for (const { message } of judgePicture(base64).problems) {
    context.addIssue({ code: "custom", path: [field], message });
  }
}

/** What the provider accepts but advises against, for the fields that hold a picture. */
export function pictureWarnings(body: Readonly<Record<string, unknown>>, fields: readonly string[]): string[] {
  return fields.flatMap((field) => {
    const base64 = body[field];
    return typeof base64 === "string" ? judgePicture(base64).warnings.map(({ message }) => `${field}: ${message}`) : [];
  });
}
