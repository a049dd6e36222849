import { loadAggregate, transactAggregates } from 'troupe/actors';
import { MemoryJournal } from 'troupe/journal';
import {
  BenchAccount,
  BenchSnapshotAccount,
  SNAPSHOT_EVERY,
  storedEvent,
} from './aggregate-actors.js';
import {
  type Bench,
  check,
  countOf,
  type Figure,
  nowNs,
  rate,
  type Scale,
  type Subject,
} from './harness.js';

/** K6: 100 events each, one at a time, round the aggregates. */
const EVENTS = 100;
/** Events after the snapshot. */
const TAIL = 10;
/** The sum after the opening balance of 100 and 99 deposits of 1. */
const BALANCE = 199;

function streams(aggregates: number): readonly string[] {
  return Array.from({ length: aggregates }, (_, index) => `BenchAccount/account-${index}`);
}

/** Each event is made for itself, checked against the version of its stream, and appended for itself. */
function appendAll(journal: MemoryJournal, names: readonly string[]): void {
  for (let version = 0; version < EVENTS; version++) {
    for (const stream of names) {
      const append = { stream, expected: version, values: [storedEvent(version)], epoch: 1 };
      const result = journal.apply({ appends: [append] });
      check(result.ok, () => `version ${version} of ${stream} was refused`);
    }
  }
}

class TroupeAppend implements Subject {
  readonly name = 'troupe';
  readonly #names: readonly string[];

  constructor(aggregates: number) {
    this.#names = streams(aggregates);
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const journal = new MemoryJournal();
    const names = this.#names;
    const startNs = nowNs();
    appendAll(journal, names);
    const elapsedNs = nowNs() - startNs;
    const { version } = await journal.head(names.at(-1)!);
    check(version === EVENTS, () => `the last stream has ${version} events`);
    return [rate(names.length * EVENTS, elapsedNs, 'events/s')];
  }

  async close(): Promise<void> {}
}

/** A map of arrays with the same check of versions and the same events: no order of commits, nothing else. */
class MapAppend implements Subject {
  readonly name = 'map';
  readonly #names: readonly string[];

  constructor(aggregates: number) {
    this.#names = streams(aggregates);
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const map = new Map<string, object[]>();
    const startNs = nowNs();
    for (let version = 0; version < EVENTS; version++) {
      for (const stream of this.#names) {
        const events = map.get(stream) ?? [];
        check(events.length === version, () => `${stream} is at ${events.length}`);
        events.push(storedEvent(version));
        if (version === 0) map.set(stream, events);
      }
    }
    const elapsedNs = nowNs() - startNs;
    check(map.get(this.#names.at(-1)!)?.length === EVENTS, () => 'events are missing');
    return [rate(this.#names.length * EVENTS, elapsedNs, 'events/s')];
  }

  async close(): Promise<void> {}
}

/** Reads each aggregate and folds its events. */
class TroupeRebuild implements Subject {
  readonly name = 'troupe';
  readonly #aggregates: number;
  readonly #journal = new MemoryJournal();

  constructor(aggregates: number) {
    this.#aggregates = aggregates;
  }

  async open(): Promise<void> {
    appendAll(this.#journal, streams(this.#aggregates));
  }

  async round(): Promise<readonly Figure[]> {
    const startNs = nowNs();
    for (let i = 0; i < this.#aggregates; i++) {
      const { version, state } = await loadAggregate(this.#journal, BenchAccount, `account-${i}`);
      check(
        version === EVENTS && state.balance === BALANCE,
        () => `account-${i} has ${state.balance} at ${version}`,
      );
    }
    return [rate(this.#aggregates * EVENTS, nowNs() - startNs, 'events/s')];
  }

  async close(): Promise<void> {}
}

/** The same events in a map of arrays, folded in a loop. */
class MapRebuild implements Subject {
  readonly name = 'map';
  readonly #aggregates: number;
  readonly #map = new Map<string, { event: { amount?: number; initialBalance?: number } }[]>();

  constructor(aggregates: number) {
    this.#aggregates = aggregates;
  }

  async open(): Promise<void> {
    for (const stream of streams(this.#aggregates)) {
      this.#map.set(
        stream,
        Array.from({ length: EVENTS }, (_, v) => storedEvent(v) as never),
      );
    }
  }

  async round(): Promise<readonly Figure[]> {
    const startNs = nowNs();
    for (let i = 0; i < this.#aggregates; i++) {
      let state = { balance: 0, count: 0 };
      for (const { event } of [...this.#map.get(`BenchAccount/account-${i}`)!]) {
        const amount = event.amount ?? event.initialBalance!;
        state = { balance: state.balance + amount, count: state.count + 1 };
      }
      check(state.balance === BALANCE, () => `account-${i} has ${state.balance}`);
    }
    return [rate(this.#aggregates * EVENTS, nowNs() - startNs, 'events/s')];
  }

  async close(): Promise<void> {}
}

/** Loads one aggregate again and again: a long log with a snapshot before its tail, or only one of the two, or nothing. */
class TailRebuild implements Subject {
  readonly name: string;
  readonly #before: number;
  readonly #tail: number;
  readonly #loads: number;
  readonly #journal = new MemoryJournal();

  /** @param before events before the tail; the last of them takes the snapshot @param tail events after it */
  constructor(name: string, before: number, tail: number, scale: Scale) {
    this.name = name;
    this.#before = before;
    this.#tail = tail;
    this.#loads = countOf(scale, 20_000, 100);
  }

  async open(): Promise<void> {
    if (this.#before > 0) {
      this.#append(this.#before - 1);
      const command = { type: 'deposit', amount: 1 };
      const definition = BenchSnapshotAccount as never;
      const step = { definition, id: 'a', command, expected: 'any', notify: () => {} } as const;
      await transactAggregates(this.#journal, [step]);
    }
    this.#append(this.#tail);
  }

  #append(count: number): void {
    const values = Array.from({ length: count }, () => storedEvent(1));
    const stream = 'BenchSnapshotAccount/a';
    this.#journal.apply({ appends: [{ stream, expected: 'any', values }] });
  }

  async round(): Promise<readonly Figure[]> {
    const count = this.#before + this.#tail;
    const startNs = nowNs();
    for (let i = 0; i < this.#loads; i++) {
      const { version, state } = await loadAggregate(this.#journal, BenchSnapshotAccount, 'a');
      check(version === count && state.count === count, () => `it is at ${version}`);
    }
    return [rate(this.#loads, nowNs() - startNs, 'loads/s')];
  }

  async close(): Promise<void> {}
}

/** Appends of single events in memory, on one thread. */
export const append: Bench = {
  contests(scale) {
    const aggregates = countOf(scale, 5000, 50);
    return [
      {
        bench: 'aggregate-append',
        subjects: [new TroupeAppend(aggregates), new MapAppend(aggregates)],
      },
    ];
  },
};

/** Rebuilds in memory, on one thread, and what a snapshot is worth. */
export const rebuild: Bench = {
  contests(scale) {
    const aggregates = countOf(scale, 5000, 50);
    return [
      {
        bench: 'aggregate-rebuild',
        subjects: [new TroupeRebuild(aggregates), new MapRebuild(aggregates)],
      },
      {
        bench: 'aggregate-rebuild-tail',
        subjects: [
          new TailRebuild('troupe', SNAPSHOT_EVERY, TAIL, scale),
          new TailRebuild('tail-only', 0, TAIL, scale),
          new TailRebuild('snapshot-only', SNAPSHOT_EVERY, 0, scale),
          new TailRebuild('nothing', 0, 0, scale),
        ],
      },
    ];
  },
};
