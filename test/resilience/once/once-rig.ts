import { isDeepStrictEqual } from 'node:util';
import type { OnceJournal } from '#runtime/resilience/index.js';

/** Tables of a journal, in memory, as copies: what of a journal idempotency uses. */
export class TableJournal implements OnceJournal {
  readonly #values = new Map<string, unknown>();
  /** Makes the next transaction fail. */
  failure: Error | undefined;

  async get(table: string, key: string): Promise<unknown> {
    return structuredClone(this.#values.get(`${table}/${key}`));
  }

  async transact({ puts }: Parameters<OnceJournal['transact']>[0]): Promise<{ ok: boolean }> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    for (const { table, key, value, expected } of puts) {
      const place = `${table}/${key}`;
      const wanted = expected === 'absent' ? undefined : expected.equals;
      if (!isDeepStrictEqual(this.#values.get(place), wanted)) return { ok: false };
      if (value === undefined) this.#values.delete(place);
      else this.#values.set(place, structuredClone(value));
    }
    return { ok: true };
  }
}
