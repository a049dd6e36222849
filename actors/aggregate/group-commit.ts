import type {
  Conflict,
  Durability,
  Put,
  Transaction,
  TransactionResult,
} from '../../runtime/index.js';

/** What became of one transaction of a group. */
export type GroupOutcome =
  | { readonly type: 'committed'; readonly durability: Durability }
  | { readonly type: 'refused'; readonly conflict: Conflict };

/** A transaction that waits, and who gave it. */
export interface GroupEntry {
  readonly id: string;
  readonly transaction: Transaction;
}

/**
 * Joins independent transactions into one, so that many share one write and one flush. They are of different
 * streams; where two name the same key of a table, the second waits for the next group. If the group is
 * refused, each is tried by itself.
 */
export class GroupCommit {
  readonly #limit: number;
  #waiting: GroupEntry[] = [];
  #isUnderWay = false;

  /** @param limit transactions in one group */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Takes a transaction in. */
  add(entry: GroupEntry): void {
    this.#waiting.push(entry);
  }

  /** The next group, if none is under way and something waits. */
  next(): readonly GroupEntry[] | undefined {
    if (this.#isUnderWay || this.#waiting.length === 0) return undefined;
    const keys = new Set<string>();
    let end = 0;
    while (end < this.#waiting.length && end < this.#limit) {
      if (!takeKeys(keys, this.#waiting[end]!.transaction)) break;
      end++;
    }
    this.#isUnderWay = true;
    return this.#waiting.splice(0, end);
  }

  /** The group is done, in whatever way. */
  done(): void {
    this.#isUnderWay = false;
  }
}

/** @returns false, and takes none, when one of the keys is taken already */
function takeKeys(keys: Set<string>, { puts }: Transaction): boolean {
  if (puts === undefined) return true;
  const own = puts.map(({ table, key }) => `${table.length}:${table}${key}`);
  if (own.some((key) => keys.has(key))) return false;
  for (const key of own) keys.add(key);
  return true;
}

/** All of a group as one transaction. */
export function joined(group: readonly GroupEntry[]): Transaction {
  if (group.length === 1) return group[0]!.transaction;
  const puts: Put[] = [];
  const appends = [];
  for (const { transaction } of group) {
    for (const append of transaction.appends ?? []) appends.push(append);
    for (const put of transaction.puts ?? []) puts.push(put);
  }
  return puts.length === 0 ? { appends } : { appends, puts };
}

/** The result of a transaction, as its giver wants to know it. */
export function outcomeOf(result: TransactionResult): GroupOutcome {
  return result.ok
    ? { type: 'committed', durability: result.durability }
    : { type: 'refused', conflict: result.conflict };
}
