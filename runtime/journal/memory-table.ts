import { checkNames } from '../base/check-option.js';
import type { ScanRange, TableEntry } from './journal.js';
import { pageLimit, SCAN_RANGE } from './read-range.js';
import { SortedKeys } from './sorted-keys.js';

/** One table in memory. Its keys are sorted at the first scan, and kept so from then on. */
export class MemoryTable {
  readonly #values: Map<string, unknown>;
  #keys: SortedKeys | undefined;

  constructor() {
    this.#values = new Map();
    this.#keys = undefined;
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  /** Sets a key, or deletes it when `value` is undefined. */
  put(key: string, value: unknown): void {
    if (value === undefined) {
      if (this.#values.delete(key)) this.#keys?.remove(key);
      return;
    }
    if (this.#keys !== undefined && !this.#values.has(key)) this.#keys.add(key);
    this.#values.set(key, value);
  }

  scan(range: ScanRange): TableEntry[] {
    checkNames('scan', range, SCAN_RANGE);
    this.#keys ??= new SortedKeys(this.#values.keys());
    const limit = pageLimit('scan', range.limit);
    const keys = this.#keys.page(range.from, range.to, limit, range.backward === true);
    return keys.map((key) => ({ key, value: this.#values.get(key) }));
  }
}
