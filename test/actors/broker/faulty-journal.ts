import type { Journal, MemoryJournal, Transaction, TransactionResult } from '#runtime/index.js';

/** A journal that fails once, before or after it has taken a transaction: as a crash between any two steps. */
export interface FaultyJournal {
  readonly journal: Journal;
  /** The transaction that fails, counted from now on, from 0. */
  arm(at: number): void;
  hasFailed(): boolean;
}

/** Makes one that fails when it is armed. */
export function faultyJournal(inner: MemoryJournal, when: 'before' | 'after'): FaultyJournal {
  let left = -1;
  const transact = async (transaction: Transaction): Promise<TransactionResult> => {
    const isDue = left-- === 0;
    if (isDue && when === 'before') throw new Error('crash before');
    const result = await inner.transact(transaction);
    if (isDue) throw new Error('crash after');
    return result;
  };
  const journal = new Proxy(inner, {
    get: (target, key) => {
      if (key === 'transact') return transact;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const arm = (at: number): void => {
    left = at;
  };
  return { journal, arm, hasFailed: () => left < 0 };
}
