import type { ActorRef, ActorSystem, Journal } from 'troupe';
import { type Aggregates, aggregates, startJournal } from 'troupe/actors';
import { BenchAccount, storedEvent, Teller, type TellerMessage } from './aggregate-actors.js';
import { type Bench, check, countOf, type Figure, type Subject } from './harness.js';
import { startSystem } from './system.js';

const OUTSTANDING = 1000;
/** Streams that are written in one transaction. */
const FILL_COUNT = 1000;
const MEBIBYTE = 2 ** 20;

/** Every account has an event in the journal; some have had a command, and of those some are alive. */
class TroupeMemory implements Subject {
  readonly name = 'troupe';
  readonly #known: number;
  readonly #alive: number;
  #system: ActorSystem | undefined;
  #accounts: Aggregates<never, unknown, { balance: number }, unknown> | undefined;
  #teller: ActorRef<TellerMessage> | undefined;

  constructor(known: number, alive: number) {
    this.#known = known;
    this.#alive = alive;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 2 });
    this.#system = system;
    const journal = await startJournal(system, { kind: 'memory' }, { placement: 1 });
    const options = { journal, threads: [1], aliveCount: this.#alive };
    this.#accounts = await aggregates(system, BenchAccount, options);
    this.#teller = system.spawn(Teller, undefined, { placement: 2 });
    await system.started(this.#teller);
    await this.#fill(this.#accounts.journal);
    const work = { accounts: this.#woken, count: this.#woken, outstanding: OUTSTANDING };
    await this.#teller.ask({ type: 'execute', address: this.#accounts.address, ...work });
  }

  /** One event for each, many streams in a transaction. */
  async #fill(journal: Journal): Promise<void> {
    for (let i = 0; i < this.#known; i += FILL_COUNT) {
      const appends = Array.from({ length: FILL_COUNT }, (_, index) => ({
        stream: `BenchAccount/account-${i + index}`,
        expected: 0,
        values: [storedEvent(1)],
      }));
      const { ok } = await journal.transact({ appends });
      check(ok, () => `the accounts from ${i} were refused`);
    }
  }

  /** Twice as many as may live, so that half of them have ended again. */
  get #woken(): number {
    return 2 * this.#alive;
  }

  async round(): Promise<readonly Figure[]> {
    const [census] = await this.#accounts!.census();
    const { aliveCount, wokenCount } = census!;
    check(aliveCount === this.#alive, () => `${aliveCount} are alive`);
    check(wokenCount === this.#woken, () => `${wokenCount} were woken`);
    return [{ suffix: '', value: process.memoryUsage.rss() / MEBIBYTE, unit: 'MiB' }];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** Resident memory of the process with very many aggregates known and a bounded number alive. */
export const bench: Bench = {
  contests: (scale) => [
    {
      bench: 'aggregate-memory',
      subjects: [new TroupeMemory(countOf(scale, 1_000_000, 2000), countOf(scale, 10_000, 200))],
    },
  ],
};
