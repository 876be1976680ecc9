import { countDetailsByKey, type Db, listDetailsOfKey, replaceEnvelopes } from "@verdict/db";
import { type DetailCipher, openOrNull } from "./detail-cipher.ts";
import { countSecretsByKey, rotateSecrets } from "./rotate-secrets.ts";

/** How many details, and secrets of channels and endpoints, each key encrypts, and which key encrypts from now on. */
export type KeyUse = { encryptsWith: string; inUse: { kid: string; details: number; secrets: number }[] };

export type Rotated = KeyUse & {
  /** Of both. */
  rewritten: number;
  /** Details and secrets that no key given here opens; they stay as they are. */
  unreadable: number;
};

export async function describeKeyUse(db: Db, cipher: Pick<DetailCipher, "kid">): Promise<KeyUse> {
  const [byDetail, bySecret] = [await countDetailsByKey(db), await countSecretsByKey(db)];
  const kids = [...new Set([...byDetail, ...bySecret].map(({ kid }) => kid))].sort();
  const inUse = kids.map((kid) => ({
    kid,
    details: byDetail.find((one) => one.kid === kid)?.details ?? 0,
    secrets: bySecret.find((one) => one.kid === kid)?.secrets ?? 0,
  }));
  return { encryptsWith: cipher.kid, inUse };
}

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
  const others = before.inUse.filter(({ kid, details }) => kid !== cipher.kid && details > 0);
  const of = others.reduce((sum, { details }) => sum + details, 0);
  const secrets = await rotateSecrets(db, cipher);
  let [seen, rewritten, unreadable] = [0, secrets.rewritten, secrets.unreadable];
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
