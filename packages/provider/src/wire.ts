/**
 * The provider spells names in PascalCase (`MerchantBizId`), Verdict in camelCase (`merchantBizId`); the two differ in the
 * first letter only, so one schema serves client, API and simulator.
 */
const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** The provider's spelling of one of our names. */
export const wireName = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

export type WireParameters = Record<string, string>;

/** The two lists of this API travel in two ways (seed 1, DocPageConfig; seed 2, FaceGroupCodes). */
const LISTS: ReadonlyMap<string, { write(list: unknown): string; read(text: string): unknown }> = new Map([
  ["docPageConfig", { write: JSON.stringify, read: JSON.parse }],
  // A sample of the vendor's has a full-width comma; only the ASCII one is documented.
  ["faceGroupCodes", { write: String, read: (text) => text.split(",") }],
]);

/** Request parameters as they travel: strings only, absent ones left out, lists in the form the provider expects. */
export function toWire(request: Readonly<Record<string, unknown>>): WireParameters {
  const wire: WireParameters = {};
  for (const [name, value] of Object.entries(request)) {
    if (value === undefined || value === null) continue;
    wire[wireName(name)] = typeof value === "string" ? value : (LISTS.get(name)?.write(value) ?? JSON.stringify(value));
  }
  return wire;
}

/** The reverse: parameters as the request schemas expect them. A list that cannot be read stays text, for the schema to refuse. */
export function requestFromWire(wire: Readonly<WireParameters>): Record<string, unknown> {
  const request: Record<string, unknown> = fromWire(wire);
  for (const [name, list] of LISTS) {
    const text = request[name];
    if (typeof text !== "string") continue;
    try {
      request[name] = list.read(text);
    } catch {
      // Left as it came.
    }
  }
  return request;
}

/**
 * Names of one level turned to camelCase; values untouched. Anything but an object becomes an empty one. Where a name comes in
 * both spellings, the provider's documented one counts.
 */
export function fromWire(wire: unknown): Record<string, unknown> {
  if (typeof wire !== "object" || wire === null || Array.isArray(wire)) return {};
  const entries = Object.entries(wire);
  const ours = entries.filter(([name]) => name === lowerFirst(name));
  const theirs = entries.filter(([name]) => name !== lowerFirst(name));
  return Object.fromEntries([...ours, ...theirs.map(([name, value]) => [lowerFirst(name), value])]);
}

/** The reverse for an answer: one level to PascalCase, absent values left out. */
export function toWireResult(result: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(result)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [wireName(name), value]),
  );
}
