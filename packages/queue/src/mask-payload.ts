const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** So long a name of ours may be: a route's. */
const NAME_MAX = 64;
const NAME = /^[a-z0-9][a-z0-9_-]*$/;

/** A job's payload for people to look at: ids, names of routes and numbers as they are, of any other text only its length. */
export function maskPayload(payload: unknown): unknown {
  if (Array.isArray(payload)) return payload.map(maskPayload);
  if (typeof payload === "object" && payload !== null) {
    return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, maskPayload(value)]));
  }
  if (typeof payload !== "string") return payload;
  const plain = ID.test(payload) || (payload.length <= NAME_MAX && NAME.test(payload));
  return plain ? payload : `•••• (${payload.length})`;
}
