import {
  type ActorRef,
  type ActorSystem,
  type AnyRef,
  checkMade,
  type Journal,
  type KeyPlacement,
  TroupeError,
} from '../../runtime/index.js';
import { type AggregatesOptions, commandWindow, shardLimits } from './aggregate-options.js';
import { AggregateRef } from './aggregate-ref.js';
import type { CommandWindow } from './command-window.js';
import type { AggregateDefinition } from './define-aggregate.js';
import {
  closeSource,
  type JournalSource,
  type Opener,
  openSource,
  ownJournal,
} from './journal-source.js';
import { shardPlacement } from './placement.js';
import type { AggregateMessage, ShardCensus } from './protocol.js';
import {
  type TransactAggregatesOptions,
  type TransactAggregatesResult,
  type TransactionStep,
  transactWithin,
} from './transact-aggregates.js';

/** Where the aggregates of a kind live: plain data, to be sent to other actors. See `openAggregates`. */
export interface AggregatesAddress {
  readonly shards: readonly ActorRef<AggregateMessage>[];
  readonly journal: JournalSource;
  /** How long commands with an id are remembered; null for ever. */
  readonly window: CommandWindow | null;
}

/**
 * All aggregates of a kind, as their users see them, on any thread.
 * @typeParam C commands @typeParam E events @typeParam S state @typeParam X rejections
 */
export class Aggregates<C, E, S, X> {
  readonly address: AggregatesAddress;
  /** The journal that their events are in. */
  readonly journal: Journal;
  readonly #definition: AggregateDefinition<C, E, S, X>;
  readonly #placement: KeyPlacement;

  /** @internal see `aggregates` and `openAggregates` */
  constructor(
    definition: AggregateDefinition<C, E, S, X>,
    address: AggregatesAddress,
    journal: Journal,
  ) {
    checkMade(journal !== undefined, 'Aggregates', 'await aggregates(system, definition)');
    this.#definition = definition;
    this.address = address;
    this.#placement = shardPlacement(address.shards.length);
    this.journal = journal;
  }

  /** One of them, whether it exists or not. @throws {TroupeError} ERR_OPTION for an id that is none */
  ref(id: string): AggregateRef<C, E, S, X> {
    const { shards } = this.address;
    const shard = shards[this.#placement.indexOf(String(id))]!;
    return new AggregateRef(this.#definition, id, shard);
  }

  /** Several commands as one: see `transactAggregates`. Steps may be of other kinds in the same journal. */
  transact<F, Y>(
    steps: readonly TransactionStep<F, Y>[],
    options?: TransactAggregatesOptions,
  ): Promise<TransactAggregatesResult<F, Y>> {
    return transactWithin(this.address.window, this.journal, steps, options);
  }

  /** Gives back what this client holds open. The aggregates go on. */
  close(): Promise<void> {
    return closeSource(this.address.journal, this.journal);
  }

  /** How many are in memory, by shard. */
  census(): Promise<readonly ShardCensus[]> {
    return Promise.all(this.address.shards.map((shard) => shard.ask({ type: 'census' })));
  }
}

/**
 * Starts to host the aggregates of a kind: a shard on each of the threads. Resolves when they run. They stop
 * with the system, or with `system.stopActor` of each shard.
 *
 * @example
 * const accounts = await aggregates(system, Account);
 * const result = await accounts.ref('a-1').execute({ type: 'deposit', amount: 5n }, { expected: 'any' });
 *
 * One journal has one host of a kind at a time. Were there two, epochs would make sure that only one of two
 * incarnations of an aggregate writes.
 *
 * @throws {TroupeError} ERR_OPTION, ERR_START_FAILED, and those of `system.spawn`
 */
export async function aggregates<C, E, S, X>(
  system: ActorSystem,
  definition: AggregateDefinition<C, E, S, X>,
  options: AggregatesOptions = {},
): Promise<Aggregates<C, E, S, X>> {
  const limits = shardLimits(options);
  const window = commandWindow(options.commandIds);
  const threads = options.threads ?? defaultThreads(system);
  if (threads.length === 0) {
    throw new TroupeError('ERR_OPTION', { what: 'threads is empty', mend: 'name at least one' });
  }
  const journal = options.journal ?? (await ownJournal(system));
  const durability = options.durability ?? null;
  const args = { ...limits, role: 'shard', journal, durability, window } as const;
  const shards = threads.map((placement) =>
    system.spawn(definition, args, { placement, restart: 'permanent' }),
  );
  await Promise.all(shards.map((shard: AnyRef) => system.started(shard)));
  return openAggregates(system, definition, { shards, journal, window });
}

/** Uses aggregates from another thread, by the address that `aggregates(...).address` is. */
export function openAggregates<C, E, S, X>(
  opener: Opener,
  definition: AggregateDefinition<C, E, S, X>,
  address: AggregatesAddress,
): Aggregates<C, E, S, X> {
  return new Aggregates(definition, address, openSource(address.journal, opener));
}

function defaultThreads(system: ActorSystem): readonly number[] {
  if (system.threads === 0) return [0];
  return Array.from({ length: system.threads }, (_, index) => index + 1);
}
