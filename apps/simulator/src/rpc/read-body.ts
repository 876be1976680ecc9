export type ReadBody = { kind: "body"; bytes: Uint8Array } | { kind: "too_large" } | { kind: "cut_off" };

/** More than two pictures of 1 MB, urlencoded. */
const KEPT_MAX = 3 * 1_024 * 1_024;
/** A caller who sends more than this is not listened to until the end. */
const HEARD_MAX = 64 * 1_024 * 1_024;

/** Reads a body, keeping no more than the limit. The rest is heard and dropped, so that the caller gets an answer. */
export async function readBody(request: Request): Promise<ReadBody> {
  if (!request.body) return { kind: "body", bytes: new Uint8Array() };
  const parts: Uint8Array[] = [];
  let heard = 0;
  try {
    for await (const part of request.body) {
      heard += part.byteLength;
      if (heard <= KEPT_MAX) parts.push(part);
      else parts.length = 0;
      if (heard > HEARD_MAX) break;
    }
  } catch {
    return { kind: "cut_off" };
  }
  return heard > KEPT_MAX ? { kind: "too_large" } : { kind: "body", bytes: Buffer.concat(parts) };
}
