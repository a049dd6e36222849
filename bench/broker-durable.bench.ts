import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActorSystem } from 'troupe';
import { type BrokerOptions, startJournal } from 'troupe/actors';
import { BrokerSubject } from './broker-subject.js';
import { type Bench, check, countOf, type Figure, nowNs, rate } from './harness.js';

const STREAM = { q: { subjects: ['q.>'], retention: 'limits', maxMessages: 10_000 } } as const;

/** Publishes with so many under way, each answered when it is on disk; or in memory, to compare. */
class Durable extends BrokerSubject {
  readonly #outstanding: number;
  readonly #isOnDisk: boolean;
  readonly #path = mkdtempSync(join(tmpdir(), 'troupe-bench-'));

  constructor(name: string, count: number, outstanding: number, isOnDisk: boolean) {
    super(name, count, 1, { shards: 1, streams: STREAM });
    this.#outstanding = outstanding;
    this.#isOnDisk = isOnDisk;
  }

  async round(): Promise<readonly Figure[]> {
    const durability = this.#isOnDisk ? 'flushed' : 'memory';
    let wrongCount = 0;
    let left = this.count;
    const client = async (): Promise<void> => {
      while (left-- > 0) {
        const result = await this.broker.publish('q.a', { order: left, amount: 12.5, by: 'bench' });
        if (result.status !== 'stored' || result.durability !== durability) wrongCount++;
      }
    };
    const startNs = nowNs();
    await Promise.all(Array.from({ length: this.#outstanding }, client));
    const elapsedNs = nowNs() - startNs;
    check(wrongCount === 0, () => `${wrongCount} messages were not stored as promised`);
    return [rate(this.count, elapsedNs, 'msg/s')];
  }

  override async close(): Promise<void> {
    await super.close();
    rmSync(this.#path, { recursive: true, force: true });
  }

  protected override async options(
    system: ActorSystem,
    options: BrokerOptions,
  ): Promise<BrokerOptions> {
    if (!this.#isOnDisk) return options;
    const journal = await startJournal(system, { kind: 'lmdb', path: this.#path });
    return { ...options, journal };
  }
}

/** Publications that are answered when they are flushed, with 1,024 and with one under way. */
export const bench: Bench = {
  contests: (scale) => {
    const contest = (bench: string, count: number, outstanding: number) => ({
      bench,
      subjects: [
        new Durable('troupe', count, outstanding, true),
        new Durable('troupe/memory', count, outstanding, false),
      ],
    });
    return [
      contest('broker-durable', countOf(scale, 50_000, 2000), 1024),
      contest('broker-durable.1', countOf(scale, 300, 20), 1),
    ];
  },
};
