import type { Transaction } from "./transactions.ts";

/** All sessions since the last reset, in the order of their Initialize. */
export type TransactionStore = {
  find(transactionId: string): Transaction | null;
  put(transaction: Transaction): void;
  /** Changes what is held now, so that two callers never overwrite each other. */
  change(transactionId: string, change: (held: Transaction) => Partial<Transaction>): void;
  list(): Transaction[];
};

export function createTransactionStore(): TransactionStore {
  const held = new Map<string, Transaction>();
  return {
    find: (id) => held.get(id) ?? null,
    put: (transaction) => {
      held.set(transaction.transactionId, transaction);
    },
    change: (id, change) => {
      const before = held.get(id);
      if (before) held.set(id, { ...before, ...change(before) });
    },
    list: () => [...held.values()],
  };
}
