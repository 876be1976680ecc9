import { countDetailsByKey, type Db, listDetailsOfKey, replaceEnvelopes } from "@verdict/db";
import { type DetailCipher, DetailCipherError } from "./detail-cipher.ts";

/** How many details each key encrypts, and which key encrypts from now on. */
export type KeyUse = { encryptsWith: string; inUse: { kid: string; details: number }[] };

export type Rotated = KeyUse & {
  rewritten: number;
  /** Details that no key given here opens; they stay as they are. */
  unreadable: number;
};

export const describeKeyUse = async (db: Db, cipher: Pick<DetailCipher, "kid">): Promise<KeyUse> => ({
  encryptsWith: cipher.kid,
  inUse: await countDetailsByKey(db),
});

const BATCH = 500;

/**
 * Encrypts again, with the first key, whatever another key encrypts, in batches. Broken off, it goes on where it was; several at once
 * do no harm. What cannot be opened is counted and left. A key that is not in use afterwards may go from the settings.
 */
export async function rotateDataKeys(
  db: Db,
  cipher: DetailCipher,
  { batch = BATCH, onProgress = () => {} }: { batch?: number; onProgress?: (done: number, of: number) => void } = {},
): Promise<Rotated> {
  const before = await describeKeyUse(db, cipher);
  const others = before.inUse.filter(({ kid }) => kid !== cipher.kid);
  const of = others.reduce((sum, { details }) => sum + details, 0);
  let [seen, rewritten, unreadable] = [0, 0, 0];
  for (const { kid } of others) {
    let page: Awaited<ReturnType<typeof listDetailsOfKey>> = [];
    do {
      page = await listDetailsOfKey(db, kid, batch, page.at(-1) ?? null);
      const replaced = page.flatMap(({ envelope, ...place }) => {
        const value = openOrNull(cipher, place, envelope);
        return value === null ? [] : [{ ...place, from: envelope, to: cipher.seal(place, value) }];
      });
      unreadable += page.length - replaced.length;
      if (replaced.length > 0) rewritten += await replaceEnvelopes(db, cipher.kid, replaced);
      seen += page.length;
      onProgress(seen, Math.max(of, seen));
    } while (page.length === batch);
  }
  return { ...(await describeKeyUse(db, cipher)), rewritten, unreadable };
}

function openOrNull(cipher: DetailCipher, place: Parameters<DetailCipher["open"]>[0], envelope: string) {
  try {
    return cipher.open(place, envelope);
  } catch (error) {
    if (error instanceof DetailCipherError) return null;
    throw error;
  }
}
