import type { ActorSystem } from 'troupe';
import {
  aggregates,
  cache,
  openJournal,
  project,
  startBroker,
  startJournal,
  startRaft,
  startRegistry,
} from 'troupe/actors';
import { shareBreaker } from 'troupe/resilience';
import { Account, type AccountState } from '../bank/account.js';
import { Balances } from '../bank/balances.js';
import { bureauBreaker } from './credit-desk.js';
import { Order } from './order.js';
import { Settings } from './settings.js';
import { Staff } from './staff.js';

/** What the service stands on. */
export interface PartsOptions {
  /** Folder of the journal. */
  readonly folder: string;
  /** Address of the credit bureau. */
  readonly bureauUrl: string;
}

/** An account as it is shown. */
export interface AccountView {
  readonly account: AccountState;
  readonly version: number;
}

const RAFT_NODES = 3;
const VIEW_TTL_MS = 10_000;

/** All ready-made actors, wired. */
export type Parts = Awaited<ReturnType<typeof startParts>>;

/**
 * Starts all actors: the journal first, because it stops last; who writes, after it; the staff, who use everything,
 * at the end. Resolves when all of them work.
 */
export async function startParts(system: ActorSystem, { folder, bureauUrl }: PartsOptions) {
  const address = await startJournal(system, { kind: 'lmdb', path: folder });
  const accounts = await aggregates(system, Account, { journal: address });
  const orders = await aggregates(system, Order, { journal: address });
  const balances = await project(system, Balances, { journal: address });
  const broker = await startBroker(system, {
    journal: address,
    streams: { orders: { subjects: ['orders.>'], retention: 'workqueue' } },
  });
  const settings = startRaft(system, Settings, {
    name: 'settings',
    nodes: RAFT_NODES,
    placement: (id) => 1 + ((id - 1) % system.threads),
    journal: address,
    // A leader is called dead only after half a second: processors are busy here.
    tickMs: 20,
    electionTicks: 25,
    heartbeatTicks: 4,
  });
  const registry = await startRegistry(system);
  const views = cache<AccountView>(system, { name: 'views', ttlMs: VIEW_TTL_MS });
  const shared = shareBreaker();
  const staff = system.spawn(
    Staff,
    {
      threads: system.threads,
      journal: address,
      broker,
      settings,
      registry: registry.ref,
      bureauUrl,
      breaker: shared,
    },
    { name: 'staff', restart: 'permanent' },
  );
  await system.started(staff);
  const journal = openJournal(system, address);
  const breaker = bureauBreaker(shared);
  return { journal, accounts, orders, balances, settings, registry, views, breaker };
}
