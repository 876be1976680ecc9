import { type Db, listSealedSecrets, replaceSealedSecret, type SealedSecret } from "@verdict/db";
import { channelSecretPlace } from "./channel-secrets.ts";
import { type DetailCipher, type DetailPlace, kidOf, openOrNull } from "./detail-cipher.ts";
import { endpointSecretPlace } from "./endpoint-secrets.ts";

/** How many secrets of channels and endpoints each key encrypts. */
export async function countSecretsByKey(db: Db): Promise<{ kid: string; secrets: number }[]> {
  const kids = (await listSealedSecrets(db)).flatMap(({ envelope }) => kidOf(envelope) ?? []);
  return [...Map.groupBy(kids, (kid) => kid)].map(([kid, all]) => ({ kid, secrets: all.length }));
}

/**
 * Encrypts again, with the first key, the secrets of channels and endpoints that another key encrypts. One that somebody changes
 * meanwhile is his; what cannot be opened is counted and left.
 */
export async function rotateSecrets(db: Db, cipher: DetailCipher): Promise<{ rewritten: number; unreadable: number }> {
  let [rewritten, unreadable] = [0, 0];
  for (const sealed of await listSealedSecrets(db)) {
    if (kidOf(sealed.envelope) === cipher.kid) continue;
    const place = placeOf(sealed);
    const value = openOrNull(cipher, place, sealed.envelope);
    if (value === null) unreadable += 1;
    else if (await replaceSealedSecret(db, { ...sealed, to: cipher.seal(place, value) })) rewritten += 1;
  }
  return { rewritten, unreadable };
}

function placeOf({ holder, id }: SealedSecret): DetailPlace {
  switch (holder) {
    case "channel":
      return channelSecretPlace(id);
    case "endpoint":
    case "endpoint_previous":
      return endpointSecretPlace(id);
  }
}
