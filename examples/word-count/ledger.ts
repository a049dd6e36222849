import { addTotals, emptyTotals, type FileTotals } from './file-totals.js';
import type { Progress, Receipt } from './protocol.js';
import type { WorkUnit } from './work-units.js';

/** How often a unit is given out before the run gives up. */
export const MAX_ATTEMPTS = 10;

/** A unit to be counted now, and the shards that lack it. */
export interface Assignment {
  readonly unit: WorkUnit;
  readonly wanted: readonly number[];
  /** From 1. */
  readonly attempt: number;
}

/**
 * What is to be done, and what is done: the memory of the coordinator, with no actor in it.
 *
 * | event        | effect on a unit                                                                     |
 * |--------------|--------------------------------------------------------------------------------------|
 * | `next`       | waiting -> given out                                                                 |
 * | `confirm`    | given out -> done; its totals count the first time                                   |
 * | `failed`     | given out -> waiting, for the same shards; the tenth time the run fails              |
 * | `lacking`    | done -> waiting, for the shards that lack it                                         |
 */
export class Ledger {
  readonly totals: FileTotals = emptyTotals();
  /** Attempts beyond the first of each unit. */
  repeated = 0;
  readonly #units: readonly WorkUnit[];
  readonly #waiting: { readonly id: number; readonly wanted: readonly number[] }[];
  readonly #attempts: number[];
  /** Units whose totals are in `totals`. */
  readonly #counted = new Set<number>();
  /** Waiting or given out. */
  readonly #open: Set<number>;
  readonly #bytes: number;
  #openBytes: number;

  constructor(units: readonly WorkUnit[], shardCount: number) {
    const wanted = Array.from({ length: shardCount }, (_, index) => index);
    this.#units = units;
    this.#waiting = units.map(({ id }) => ({ id, wanted }));
    this.#attempts = units.map(() => 0);
    this.#open = new Set(units.map(({ id }) => id));
    this.#bytes = units.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#openBytes = this.#bytes;
  }

  get progress(): Progress {
    return {
      unitsDone: this.#units.length - this.#open.size,
      unitCount: this.#units.length,
      bytesDone: this.#bytes - this.#openBytes,
      bytes: this.#bytes,
      repeated: this.repeated,
    };
  }

  /** The next unit to give out, or undefined when none waits. */
  next(): Assignment | undefined {
    const first = this.#waiting.shift();
    if (first === undefined) return undefined;
    const attempt = this.#attempts[first.id]! + 1;
    this.#attempts[first.id] = attempt;
    if (attempt > 1) this.repeated++;
    return { unit: this.#units[first.id]!, wanted: first.wanted, attempt };
  }

  /** A unit has been counted, as far as its tokenizer knows. */
  confirm({ unit }: Assignment, { totals }: Receipt): void {
    this.#openBytes -= unit.bytes;
    this.#open.delete(unit.id);
    if (this.#counted.has(unit.id)) return;
    this.#counted.add(unit.id);
    addTotals(this.totals, totals);
  }

  /** An attempt has failed. @throws {Error} with the cause, when it was the last one */
  failed({ unit, wanted, attempt }: Assignment, cause: unknown): void {
    if (attempt >= MAX_ATTEMPTS) {
      throw new Error(`unit ${unit.id} failed ${attempt} times`, { cause });
    }
    this.#waiting.push({ id: unit.id, wanted });
  }

  /**
   * The shards have said what they lack. To be called when nothing is given out.
   * @param missing unit numbers by shard
   */
  lacking(missing: readonly (readonly number[])[]): void {
    const wanted = new Map<number, number[]>();
    missing.forEach((ids, shard) => {
      for (const id of ids) wanted.set(id, [...(wanted.get(id) ?? []), shard]);
    });
    for (const [id, shards] of wanted) {
      this.#waiting.push({ id, wanted: shards });
      this.#open.add(id);
      this.#openBytes += this.#units[id]!.bytes;
    }
  }
}
