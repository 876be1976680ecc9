import { z } from "zod";

/** Where a list goes on, as text that callers pass back unread. */
export const encodeCursor = (values: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(values)).toString("base64url");

/** What a cursor stands for, or null when it is none of this list's. Callers can make up whatever they like. */
export function decodeCursor<T extends z.ZodType>(text: string, schema: T): z.output<T> | null {
  try {
    const read = schema.safeParse(JSON.parse(Buffer.from(text, "base64url").toString()));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** A list's `cursor` parameter: what it stands for, or a refusal that names it. */
export const cursorField = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .max(1_000)
    .transform((text, context): z.output<T> => {
      const place = decodeCursor(text, schema);
      if (place !== null) return place;
      context.addIssue({ code: "custom", message: "not a cursor of this list" });
      return z.NEVER;
    })
    .optional();

/** A page of a list. */
export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
