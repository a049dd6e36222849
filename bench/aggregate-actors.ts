import { type ActorRef, defineActor, type Request } from 'troupe';
import { type AggregatesAddress, defineAggregate, openAggregates } from 'troupe/actors';
import { check, nowNs } from './harness.js';

/** The account of K6: opened with a balance, then deposits. */
export type AccountEvent =
  | { readonly type: 'AccountOpened'; readonly initialBalance: number }
  | { readonly type: 'MoneyDeposited'; readonly amount: number };

export type AccountCommand = { readonly type: 'deposit'; readonly amount: number };

/** Opens itself with the first deposit, so that one kind of command is enough. */
export const BenchAccount = defineAggregate<AccountCommand, AccountEvent>()({
  module: import.meta.url,
  name: 'BenchAccount',
  initial: { balance: 0, count: 0 },
  decide: (_, { amount }) => [{ type: 'MoneyDeposited', amount }],
  evolve: (state, event) => ({
    balance:
      state.balance + (event.type === 'MoneyDeposited' ? event.amount : event.initialBalance),
    count: state.count + 1,
  }),
  events: { AccountOpened: 1, MoneyDeposited: 1 },
});

/** The version of the one snapshot of a log of 10,000 events. */
export const SNAPSHOT_EVERY = 9990;

/** The same with snapshots. */
export const BenchSnapshotAccount = defineAggregate<AccountCommand, AccountEvent>()({
  module: import.meta.url,
  name: 'BenchSnapshotAccount',
  initial: { balance: 0, count: 0 },
  decide: (_, { amount }) => [{ type: 'MoneyDeposited', amount }],
  evolve: (state, event) => ({
    balance:
      state.balance + (event.type === 'MoneyDeposited' ? event.amount : event.initialBalance),
    count: state.count + 1,
  }),
  events: { AccountOpened: 1, MoneyDeposited: 1 },
  snapshot: { every: SNAPSHOT_EVERY, schemaVersion: 1 },
});

let ids = 0;

/** An event as it is stored, with an id of its own. */
export function storedEvent(version: number): object {
  const event: AccountEvent =
    version === 0
      ? { type: 'AccountOpened', initialBalance: 100 }
      : { type: 'MoneyDeposited', amount: 1 };
  return {
    id: `k6k6k6k6k6k6k6k6k6k6-${(ids++).toString(36)}`,
    schemaVersion: 1,
    recordedAt: Date.now(),
    correlationId: '',
    causationId: '',
    event,
  };
}

export type LedgerMessage = Request<{ type: 'deposit'; id: string; amount: number }, number>;

/** The baseline: an actor with a map of balances, without events, versions or a journal. */
export const PlainLedger = defineActor<LedgerMessage>()({
  module: import.meta.url,
  name: 'PlainLedger',
  init: () => new Map<string, { balance: number; count: number }>(),
  handlers: {
    deposit(accounts, { id, amount }) {
      const { balance, count } = accounts.get(id) ?? { balance: 0, count: 0 };
      accounts.set(id, { balance: balance + amount, count: count + 1 });
      return count + 1;
    },
  },
});

/** How many commands, round how many accounts, how many at a time. */
interface TellerWork {
  readonly accounts: number;
  readonly count: number;
  readonly outstanding: number;
}

/** What a teller has measured. */
export interface Told {
  readonly startNs: number;
  readonly endNs: number;
  readonly latenciesUs: Float64Array;
}

export type TellerMessage =
  | Request<TellerWork & { readonly type: 'execute'; readonly address: AggregatesAddress }, Told>
  | Request<TellerWork & { readonly type: 'ask'; readonly ledger: ActorRef<LedgerMessage> }, Told>;

/** References that a teller keeps. */
const MOST_KEPT = 10_000;

/** Gives commands round the accounts, so many at a time, and takes the time of each. */
export const Teller = defineActor<TellerMessage>()({
  module: import.meta.url,
  name: 'Teller',
  init: () => null,
  handlers: {
    execute(_, work, ctx) {
      const open = openAggregates(ctx, BenchAccount, work.address);
      // Of very many accounts nobody keeps all references.
      const kept = Math.min(work.accounts, MOST_KEPT);
      const refs = Array.from({ length: kept }, (_, index) => open.ref(`account-${index}`));
      const command = { type: 'deposit', amount: 1 } as const;
      return tell(work, async (i) => {
        const ref = refs[i] ?? open.ref(`account-${i}`);
        const result = await ref.execute(command, { expected: 'any' });
        return result.ok ? result.version : 0;
      });
    },
    ask(_, work, ctx) {
      const ids = Array.from({ length: work.accounts }, (_, index) => `account-${index}`);
      return tell(work, (i) => ctx.ask(work.ledger, { type: 'deposit', id: ids[i]!, amount: 1 }));
    },
  },
});

async function tell(
  { accounts, count, outstanding }: TellerWork,
  give: (account: number) => Promise<number>,
): Promise<Told> {
  const latenciesUs = new Float64Array(count);
  let next = 0;
  const hand = async (): Promise<void> => {
    while (next < count) {
      const i = next++;
      const beganNs = nowNs();
      const version = await give(i % accounts);
      check(version > 0, () => `command ${i} was refused`);
      latenciesUs[i] = (nowNs() - beganNs) / 1000;
    }
  };
  const startNs = nowNs();
  await Promise.all(Array.from({ length: outstanding }, hand));
  return { startNs, endNs: nowNs(), latenciesUs };
}
