/** An answer that the document promises: a success by its status and kind, a refusal by its status and code. */
export type Promised = {
  status: number;
  /** How cases name it: `200`, `200 text/event-stream` where there are several kinds, or the code of a problem. */
  name: string;
  type: string | null;
  code: string | null;
  schema: object | null;
};

export type Operation = {
  id: string;
  method: string;
  path: string;
  query: string[];
  hasParams: boolean;
  hasBody: boolean;
  permission: string;
  promises: Promised[];
};

type Described = {
  operationId: string;
  parameters?: { in: string; name: string }[];
  requestBody?: object;
  responses: Record<string, { content?: Record<string, { schema: object }>; "x-codes"?: string[] }>;
  "x-permission": string;
};

export type Description = { paths: Record<string, Record<string, Described>> };

/** Every operation of the document with every answer it promises. */
export const operationsOf = ({ paths }: Description): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      query: (described.parameters ?? []).flatMap((one) => (one.in === "query" ? one.name : [])),
      hasParams: path.includes("{"),
      hasBody: described.requestBody !== undefined,
      permission: described["x-permission"],
      promises: Object.entries(described.responses).flatMap(([status, answer]) => promisesOf(Number(status), answer)),
    })),
  );

function promisesOf(status: number, { content, "x-codes": codes }: Described["responses"][string]): Promised[] {
  const kinds = Object.entries(content ?? {}).map(([type, { schema }]) => ({ type, schema }));
  if (codes) {
    const [kind = { type: null, schema: null }] = kinds;
    return codes.map((code) => ({ status, code, name: code, ...kind }));
  }
  if (kinds.length === 0) return [{ status, code: null, name: `${status}`, type: null, schema: null }];
  const several = kinds.length > 1;
  return kinds.map((kind) => ({ status, code: null, name: several ? `${status} ${kind.type}` : `${status}`, ...kind }));
}
