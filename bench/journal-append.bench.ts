import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { JournalState, MemoryJournal } from 'troupe/journal';
import { LmdbJournal } from 'troupe/lmdb';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';

/** What is appended: the event of a bank account. */
const makeEvent = (n: number): object => ({
  type: 'deposited',
  id: 'A-1042',
  amount: n,
  by: 'ann',
});

const STREAMS = Array.from({ length: 100 }, (_, i) => `account-${i}`);
const streamOf = (n: number): string => STREAMS[n % STREAMS.length]!;

/** How much one round does: so many batches of so many appends, all of a batch outstanding at once. */
interface Load {
  readonly batches: number;
  readonly outstanding: number;
}

/** The rate of a round, and its time per batch, which with one outstanding is the latency of an append. */
function figures({ batches, outstanding }: Load, elapsedNs: number): readonly Figure[] {
  const perBatch = { suffix: '.batch', value: elapsedNs / batches / 1000, unit: 'us' };
  return [rate(batches * outstanding, elapsedNs, 'appends/s'), perBatch];
}

/** Appends to a journal on LMDB, each a transaction of its own, flushed. */
class JournalAppends implements Subject {
  readonly name = 'troupe';
  readonly #load: Load;
  #folder = '';
  #journal: LmdbJournal | undefined;
  #count = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  async open(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
    this.#journal = await LmdbJournal.open({ path: this.#folder });
  }

  async round(): Promise<readonly Figure[]> {
    const journal = this.#journal!;
    const { batches, outstanding } = this.#load;
    const startNs = nowNs();
    for (let batch = 0; batch < batches; batch++) {
      const appends: Promise<{ readonly ok: boolean }>[] = [];
      for (let i = 0; i < outstanding; i++) {
        const n = this.#count++;
        const values = [makeEvent(n)];
        appends.push(
          journal.transact({ appends: [{ stream: streamOf(n), expected: 'any', values }] }),
        );
      }
      for (const { ok } of await Promise.all(appends)) check(ok, () => 'an append was refused');
    }
    const endNs = nowNs();
    let stored = 0;
    for (const stream of STREAMS) stored += (await journal.head(stream)).version;
    check(stored === this.#count, () => `${stored} of ${this.#count} are stored`);
    return figures(this.#load, endNs - startNs);
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The same values put into bare LMDB with its defaults, flushed: no streams, versions, checks or checksums. */
class BarePuts implements Subject {
  readonly name = 'lmdb';
  readonly #load: Load;
  #folder = '';
  #database: RootDatabase | undefined;
  #count = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  async open(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
    this.#database = open({ path: this.#folder, noSubdir: false });
  }

  async round(): Promise<readonly Figure[]> {
    const database = this.#database!;
    const { batches, outstanding } = this.#load;
    const startNs = nowNs();
    for (let batch = 0; batch < batches; batch++) {
      for (let i = 0; i < outstanding; i++) {
        const n = this.#count++;
        database.put([streamOf(n), n], makeEvent(n));
      }
      await database.flushed;
    }
    const endNs = nowNs();
    const stored = database.getKeysCount();
    check(stored === this.#count, () => `${stored} of ${this.#count} are stored`);
    return figures(this.#load, endNs - startNs);
  }

  async close(): Promise<void> {
    await this.#database?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Appends in memory, within the call: through the journal, its core, or just arrays. */
class MemoryAppends implements Subject {
  readonly name: string;
  readonly #count: number;
  readonly #make: () => (stream: string, version: number, value: object) => void;

  constructor(
    name: string,
    count: number,
    make: () => (stream: string, version: number, value: object) => void,
  ) {
    this.name = name;
    this.#count = count;
    this.#make = make;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const append = this.#make();
    const startNs = nowNs();
    for (let n = 0; n < this.#count; n++) {
      append(streamOf(n), Math.floor(n / STREAMS.length), makeEvent(n));
    }
    return [rate(this.#count, nowNs() - startNs, 'appends/s')];
  }

  async close(): Promise<void> {}
}

function inCore(): (stream: string, version: number, value: object) => void {
  const state = new JournalState();
  return (stream, expected, value) => {
    const { ok } = state.apply({ appends: [{ stream, expected, values: [value] }] });
    check(ok, () => `version ${expected} of ${stream} was refused`);
  };
}

function inJournal(): (stream: string, version: number, value: object) => void {
  const journal = new MemoryJournal();
  return (stream, expected, value) => {
    const { ok } = journal.apply({ appends: [{ stream, expected, values: [value] }] });
    check(ok, () => `version ${expected} of ${stream} was refused`);
  };
}

function inArrays(): (stream: string, version: number, value: object) => void {
  const streams = new Map<string, object[]>();
  return (stream, expected, value) => {
    let records = streams.get(stream);
    if (records === undefined) {
      records = [];
      streams.set(stream, records);
    }
    check(records.length === expected, () => `version ${expected} of ${stream} was refused`);
    records.push(value);
  };
}

/** Appends to a journal: on LMDB with 1, 64 and 1,024 outstanding, and in memory. */
export const bench: Bench = {
  contests: (scale) => {
    const loads: readonly Load[] = [
      { outstanding: 1, batches: countOf(scale, 500, 20) },
      { outstanding: 64, batches: countOf(scale, 200, 5) },
      { outstanding: 1024, batches: countOf(scale, 60, 2) },
    ];
    const count = countOf(scale, 1_000_000, 10_000);
    return [
      ...loads.map((load) => ({
        bench: `journal-append.${load.outstanding}`,
        subjects: [new JournalAppends(load), new BarePuts(load)],
      })),
      {
        bench: 'journal-append.memory',
        subjects: [
          new MemoryAppends('troupe', count, inJournal),
          new MemoryAppends('troupe/core', count, inCore),
          new MemoryAppends('array', count, inArrays),
        ],
      },
    ];
  },
};
