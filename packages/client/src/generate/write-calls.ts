import { type Schema, typeOfSchema } from "./type-of-schema.ts";

type Content = Readonly<Record<string, { schema?: Schema }>>;
type Parameter = { name: string; in: string; required?: boolean; schema?: Schema };
type Operation = {
  summary?: string;
  parameters?: readonly Parameter[];
  requestBody?: { required?: boolean; content?: Content };
  responses?: Readonly<Record<string, { content?: Content }>>;
};

/** An OpenAPI document, as far as it is read here. */
export type Document = { paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

const METHODS = ["get", "post", "put", "patch", "delete"];

const HEADER = `// Written by \`npm run generate:client\` from the API's own description. Do not edit: a test holds it against the API.

/** Every call of the API: what it takes and what it answers when all goes well. */
export type Calls = {`;

/** The module of a client's types. The same document makes the same text. */
export function writeCalls({ paths = {} }: Document): string {
  const entries = Object.entries(paths)
    .filter(([path]) => path.startsWith("/v1/"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, operations]) =>
      METHODS.flatMap((method) => {
        const operation = operations[method];
        return operation ? [writeCall(`${method.toUpperCase()} ${path}`, operation)] : [];
      }),
    );
  return `${HEADER}\n${entries.join("\n")}\n};\n`;
}

function writeCall(name: string, operation: Operation): string {
  const { summary, parameters = [], requestBody } = operation;
  const body = schemaIn(requestBody?.content);
  const input = [
    ...place("path", parameters),
    ...place("query", parameters),
    ...(requestBody ? [`body${requestBody.required ? "" : "?"}: ${typeOfSchema(body)}`] : []),
  ];
  const takes = input.length > 0 ? `{ ${input.join("; ")} }` : "Record<never, never>";
  return `  /** ${summary ?? name}. */\n  ${JSON.stringify(name)}: { input: ${takes}; output: ${outputOf(operation)} };`;
}

/** Parameters of one place; optional as a whole when each of them is. */
function place(where: "path" | "query", parameters: readonly Parameter[]): string[] {
  const here = parameters.filter((one) => one.in === where);
  if (here.length === 0) return [];
  const fields = here.map(({ name, required, schema }) => `${name}${required ? "" : "?"}: ${typeOfSchema(schema)}`);
  return [`${where}${here.some(({ required }) => required) ? "" : "?"}: { ${fields.join("; ")} }`];
}

function outputOf({ responses = {} }: Operation): string {
  const good = Object.entries(responses).filter(([status]) => status.startsWith("2"));
  const written = good.map(([, { content }]) => (content ? typeOfSchema(schemaIn(content)) : "null"));
  return [...new Set(written)].join(" | ") || "null";
}

const schemaIn = (content: Content | undefined): Schema | undefined =>
  content?.["application/json"]?.schema ?? Object.values(content ?? {})[0]?.schema;
