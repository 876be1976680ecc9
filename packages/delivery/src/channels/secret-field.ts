import { z } from "zod";

/** Marks fields whose values are kept encrypted and never shown again. */
const secrets = z.registry<{ secret: true }>();

/** Marks the schema of a field as secret. */
export function secretField<Schema extends z.ZodType>(schema: Schema): Schema {
  secrets.add(schema, { secret: true });
  return schema;
}

/** The names of the fields of an object's schema that were marked. */
export const secretFieldsOf = (schema: z.ZodObject): readonly string[] =>
  Object.entries(schema.shape).flatMap(([name, field]) => (secrets.has(field) ? [name] : []));
