/** The part of JSON Schema that an OpenAPI 3.1 document of ours uses. */
export type Schema = {
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  nullable?: boolean;
};

/** A schema as a TypeScript type. What it does not know becomes `unknown`, so that nothing is promised that is not written. */
export function typeOfSchema(schema: Schema | undefined): string {
  if (!schema) return "unknown";
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return union(parts.map(typeOfSchema));
  if (schema.allOf) return schema.allOf.map((part) => `(${typeOfSchema(part)})`).join(" & ");
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  const written = union(types.map((type) => typeOf(type, schema)));
  return schema.nullable ? union([written, "null"]) : written || "unknown";
}

function typeOf(type: string, schema: Schema): string {
  switch (type) {
    case "string":
    case "boolean":
    case "number":
    case "null":
      return type;
    case "integer":
      return "number";
    case "array": {
      const item = typeOfSchema(schema.items);
      return isCompound(item) ? `(${item})[]` : `${item}[]`;
    }
    case "object":
      return typeOfObject(schema);
    default:
      return "unknown";
  }
}

function typeOfObject({ properties, required = [], additionalProperties }: Schema): string {
  const fields = Object.entries(properties ?? {}).map(
    ([name, field]) => `${keyOf(name)}${required.includes(name) ? "" : "?"}: ${typeOfSchema(field)}`,
  );
  const rest = restOf(additionalProperties);
  if (fields.length === 0) return `Record<string, ${rest ?? "unknown"}>`;
  const known = `{ ${fields.join("; ")} }`;
  return rest ? `${known} & Record<string, unknown>` : known;
}

const restOf = (rest: Schema["additionalProperties"]): string | null =>
  typeof rest === "object" ? typeOfSchema(rest) : rest === true ? "unknown" : null;

/** Whether a type is put together of several at its outermost. */
function isCompound(type: string): boolean {
  let depth = 0;
  for (const character of type) {
    if ("{<([".includes(character)) depth += 1;
    else if ("}>)]".includes(character)) depth -= 1;
    else if (depth === 0 && "|&".includes(character)) return true;
  }
  return false;
}

const keyOf = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

const union = (types: readonly string[]): string => [...new Set(types)].join(" | ");
