import type { ActorRef, ActorSystem } from 'troupe';
import { type Aggregates, aggregates, startJournal } from 'troupe/actors';
import {
  BenchAccount,
  type LedgerMessage,
  PlainLedger,
  Teller,
  type TellerMessage,
  type Told,
} from './aggregate-actors.js';
import {
  type Bench,
  check,
  countOf,
  type Figure,
  rate,
  type Scale,
  type Subject,
} from './harness.js';
import { assertConserved, startSystem } from './system.js';

/** Accounts that the commands go round, and commands under way. */
const ACCOUNTS = 1000;
const OUTSTANDING = 256;

class TroupeCommands implements Subject {
  readonly name = 'troupe';
  readonly #count: number;
  #system: ActorSystem | undefined;
  #accounts: Aggregates<never, unknown, { balance: number }, unknown> | undefined;
  #teller: ActorRef<TellerMessage> | undefined;
  #executed = 0;

  constructor(scale: Scale) {
    this.#count = countOf(scale, 400_000, 2000);
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 2 });
    this.#system = system;
    // The journal beside the aggregates: two threads in all, as there are cores.
    const journal = await startJournal(system, { kind: 'memory' }, { placement: 1 });
    this.#accounts = await aggregates(system, BenchAccount, { journal, threads: [1] });
    this.#teller = system.spawn(Teller, undefined, { placement: 2 });
    await system.started(this.#teller);
  }

  async round(): Promise<readonly Figure[]> {
    const work = { accounts: ACCOUNTS, count: this.#count, outstanding: OUTSTANDING };
    const { address } = this.#accounts!;
    const told = await this.#teller!.ask({ type: 'execute', address, ...work });
    this.#executed += this.#count;
    const { version, state } = await this.#accounts!.ref('account-0').state();
    const expected = this.#executed / ACCOUNTS;
    check(version === expected && state.balance === expected, () => `account-0 is at ${version}`);
    await assertConserved(this.#system!);
    return figures(told);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** The same from thread to thread, to an actor that keeps balances in a map. */
class PlainCommands implements Subject {
  readonly name = 'actor';
  readonly #count: number;
  #system: ActorSystem | undefined;
  #ledger: ActorRef<LedgerMessage> | undefined;
  #teller: ActorRef<TellerMessage> | undefined;

  constructor(scale: Scale) {
    this.#count = countOf(scale, 400_000, 2000);
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 2 });
    this.#system = system;
    this.#ledger = system.spawn(PlainLedger, undefined, { placement: 1 });
    this.#teller = system.spawn(Teller, undefined, { placement: 2 });
    await Promise.all([system.started(this.#ledger), system.started(this.#teller)]);
  }

  async round(): Promise<readonly Figure[]> {
    const work = { accounts: ACCOUNTS, count: this.#count, outstanding: OUTSTANDING };
    const told = await this.#teller!.ask({ type: 'ask', ledger: this.#ledger!, ...work });
    await assertConserved(this.#system!);
    return figures(told);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

function figures({ startNs, endNs, latenciesUs }: Told): readonly Figure[] {
  latenciesUs.sort();
  const quantile = (q: number): number => latenciesUs[Math.floor(q * (latenciesUs.length - 1))]!;
  return [
    rate(latenciesUs.length, endNs - startNs, 'commands/s'),
    { suffix: '.p50', value: quantile(0.5), unit: 'us' },
    { suffix: '.p99', value: quantile(0.99), unit: 'us' },
  ];
}

/** Commands from another thread through live aggregates, in memory. */
export const bench: Bench = {
  contests: (scale) => [
    {
      bench: 'aggregate-command',
      subjects: [new TroupeCommands(scale), new PlainCommands(scale)],
    },
  ],
};
