/** Remembers the nonces of signed calls, the latest so many of them. */
export type NonceMemory = {
  /** False: this nonce was used before. */
  use(accessKeyId: string, nonce: string): boolean;
};

export function createNonceMemory(limit: number): NonceMemory {
  const used = new Set<string>();
  return {
    use: (accessKeyId, nonce) => {
      const entry = `${accessKeyId}\n${nonce}`;
      if (used.has(entry)) return false;
      used.add(entry);
      const [oldest] = used;
      if (used.size > limit && oldest !== undefined) used.delete(oldest);
      return true;
    },
  };
}
