import type { DetailCipher } from "./detail-cipher.ts";

/** Secrets of endpoints are encrypted like personal details, each tied to its endpoint. */
export const endpointSecretPlace = (endpointId: string) =>
  ({ verificationId: endpointId, class: "other", field: "endpoint.secret" }) as const;

/** A secret as it is stored. */
export const sealEndpointSecret = (cipher: DetailCipher, endpointId: string, secret: string): string =>
  cipher.seal(endpointSecretPlace(endpointId), secret);

type Sealed = { id: string; secret: string; previousSecret: string | null; previousUntil: Date | null };

/**
 * All secrets that sign at that moment, the newest first: two of them while one is being changed. Throws a DetailCipherError when a key
 * is gone or an envelope was tampered with.
 */
export function liveSecrets(cipher: DetailCipher, { id, ...sealed }: Sealed, now: Date): string[] {
  const { secret, previousSecret, previousUntil } = sealed;
  const previous = previousSecret !== null && previousUntil !== null && previousUntil > now ? [previousSecret] : [];
  return [secret, ...previous].map((envelope) => cipher.open(endpointSecretPlace(id), envelope));
}
