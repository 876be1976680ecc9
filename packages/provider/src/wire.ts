/**
 * The provider spells names in PascalCase (`MerchantBizId`), Verdict in camelCase (`merchantBizId`); the two differ in the
 * first letter only, so one schema serves client, API and simulator.
 */
const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** The provider's spelling of one of our names. */
export const wireName = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

export type WireParameters = Record<string, string>;

/** Request parameters as they travel: strings only, absent ones left out, lists as the JSON text the provider expects. */
export function toWire(request: Readonly<Record<string, unknown>>): WireParameters {
  const wire: WireParameters = {};
  for (const [name, value] of Object.entries(request)) {
    if (value === undefined || value === null) continue;
    wire[wireName(name)] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return wire;
}

/** Names of one level turned to camelCase; values untouched. Anything but an object becomes an empty one. */
export function fromWire(wire: unknown): Record<string, unknown> {
  if (typeof wire !== "object" || wire === null || Array.isArray(wire)) return {};
  return Object.fromEntries(Object.entries(wire).map(([name, value]) => [lowerFirst(name), value]));
}

/** The reverse for an answer: one level to PascalCase, absent values left out. */
export function toWireResult(result: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(result)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [wireName(name), value]),
  );
}
