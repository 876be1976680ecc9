import type { DetailCipher } from "./detail-cipher.ts";

/** Secrets of channels are encrypted like personal details, each tied to its channel. */
export const channelSecretPlace = (channelId: string) =>
  ({ verificationId: channelId, class: "other", field: "channel.secrets" }) as const;

/** The secret part of a channel's configuration as it is stored. */
export const sealChannelSecrets = (cipher: DetailCipher, channelId: string, secrets: Record<string, unknown>): string =>
  cipher.seal(channelSecretPlace(channelId), JSON.stringify(secrets));

/** The secret part of a channel's configuration. Throws a DetailCipherError when its key is gone or it was tampered with. */
export const openChannelSecrets = (
  cipher: DetailCipher,
  channelId: string,
  envelope: string,
): Record<string, unknown> => JSON.parse(cipher.open(channelSecretPlace(channelId), envelope));
