import { type Position, START } from 'troupe';
import type { StoredEvent } from 'troupe/actors';
import type { AccountEvent } from '../bank/account.js';
import { format, type Money } from '../bank/money.js';
import { until } from './faults.js';
import { NIGHTS, type Night } from './night-watch.js';
import type { OrderEvent } from './order.js';
import { PACKED } from './packer.js';
import { patiently } from './patiently.js';
import type { Site } from './site.js';

/** An event as it lies on disk. */
export interface Fact {
  readonly kind: string;
  readonly id: string;
  /** Key of the request that led to it. */
  readonly key: string;
  readonly event: AccountEvent | OrderEvent;
}

/** What is found on disk, and what the actors say. */
export interface Evidence {
  readonly facts: readonly Fact[];
  /** Orders that were packed, in order, each as often as it was. */
  readonly packed: readonly string[];
  readonly nights: readonly Night[];
  /** Balances by account, as the read model and as the accounts themselves say. */
  readonly listed: ReadonlyMap<string, Money>;
  readonly told: ReadonlyMap<string, Money>;
}

const PAGE_COUNT = 1000;

/** Gathers what there is, when all that follows from it is done, too. */
export async function gather({ parts }: Site): Promise<Evidence> {
  const { journal, balances, accounts } = parts;
  const [facts, nights]: [Fact[], Night[]] = [[], []];
  let position: Position = START;
  for (;;) {
    const page = await journal.readAll(position, PAGE_COUNT);
    if (page.length === 0) break;
    position = page.at(-1)!.position;
    for (const { stream, value } of page) {
      if (stream === NIGHTS) nights.push(value as Night);
      const [kind = '', id = ''] = stream.split('/');
      if (kind !== 'Account' && kind !== 'Order') continue;
      const { causationId, event } = value as StoredEvent<AccountEvent | OrderEvent>;
      facts.push({ kind, id, key: causationId, event });
    }
  }
  const orderCount = facts.filter(({ kind }) => kind === 'Order').length;
  // What is missing after that is found by the audit.
  await until(async () => (await journal.head(PACKED)).version >= orderCount).catch(() => {});
  await balances.caughtUp({ timeoutMs: 60_000 });
  const listed = new Map<string, Money>();
  for (const { key, value } of await balances.scan({ limit: 100_000 })) listed.set(key, value);
  const told = new Map<string, Money>();
  for (const id of new Set(facts.filter(({ kind }) => kind === 'Account').map(({ id }) => id))) {
    const { state } = await patiently(() => accounts.ref(id).state());
    const { balance } = state;
    if (balance !== null) told.set(id, balance);
  }
  const packed = await readAll(journal, PACKED);
  return {
    facts,
    packed: packed.map((each) => (each as { order: string }).order),
    nights,
    listed,
    told,
  };
}

async function readAll(journal: Site['parts']['journal'], stream: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for (let from = 1; ; ) {
    const page = await journal.read(stream, { from, limit: PAGE_COUNT });
    if (page.length === 0) return values;
    for (const { value } of page) values.push(value);
    from = page.at(-1)!.version + 1;
  }
}

/** One line about an event: what a request of its key must have led to. */
export function describe({ id, event }: Fact): string {
  switch (event.type) {
    case 'opened':
    case 'closed':
      return `${event.type} ${id}`;
    case 'placed':
      return `placed ${event.account} ${event.product} ${format(event.price)}`;
    case 'sent':
      return `sent ${id} ${event.to} ${format(event.amount)}`;
    case 'received':
      return `received ${id} ${event.from} ${format(event.amount)}`;
    default:
      return `${event.type} ${id} ${format(event.amount)}`;
  }
}
