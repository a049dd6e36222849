import {
  type ActorRef,
  type ActorSystem,
  checkNames,
  type Durability,
  defineActor,
  hasCode,
  type Journal,
  NO_REPLY,
  type OptionNames,
  type Request,
  type Requester,
} from '../../runtime/index.js';
import { Directory, type DirectoryData, type StreamEntry, unknownStream } from './directory.js';
import { checkCount, type ResolvedStream, resolveStream, type StreamOptions } from './options.js';
import { refused } from './refused.js';
import { BrokerShard, type DirectoryRequest } from './shard-actor.js';
import type { ShardMessage } from './shard-protocol.js';
import { entries } from './shard-recovery.js';
import { type BrokerJournal, isJournal, openStore } from './store.js';
import { TABLES } from './write-set.js';

/** A large journal takes its time to read. */
const READY_TIMEOUT_MS = 600_000;

/** How a broker is started. Every field has a default. */
export interface BrokerOptions {
  /** Streams that are there from the start; those of the journal are too, with the options given here if they are named. */
  readonly streams?: Readonly<Record<string, StreamOptions>>;
  /** 1 to 1000; as many as there are worker threads. */
  readonly shards?: number;
  /** Where streams are kept; in memory without one, lost with their shard. */
  readonly journal?: BrokerJournal;
  /** How safe a message is when its publication is answered; `flushed`, or what the journal has. */
  readonly durability?: Durability;
  /** Name of its actor; `broker`. */
  readonly name?: string;
}

const BROKER: OptionNames<BrokerOptions> = {
  streams: true,
  shards: true,
  journal: true,
  durability: true,
  name: true,
};

/** Where a broker is: plain data, to be given to actors on any thread. */
export interface BrokerAddress {
  readonly coordinator: ActorRef<BrokerMessage>;
  readonly shards: readonly ActorRef<ShardMessage>[];
  /** How safe a message is when its publication is answered. */
  readonly durability: Durability;
}

/** The protocol of the actor that knows all streams. */
export type BrokerMessage =
  | DirectoryRequest
  | Request<{ type: 'address' }, BrokerAddress>
  | Request<{ type: 'ready' }, void>
  | Request<{ type: 'create-stream'; name: string; options: StreamOptions }, DirectoryData>
  | Request<{ type: 'update-stream'; name: string; options: Partial<StreamOptions> }, DirectoryData>
  | Request<{ type: 'delete-stream'; name: string }, DirectoryData>;

interface BrokerArgs {
  readonly streams: readonly StreamEntry[];
  readonly shardCount: number;
  readonly journal: BrokerJournal | null;
  readonly durability: Durability;
  /** Threads of the shards, in turn. */
  readonly threads: readonly number[];
}

interface BrokerState {
  directory: Directory;
  readonly journal: Journal | null;
  readonly address: BrokerAddress;
  /** Changes of the directory happen one after the other. */
  change: Promise<unknown>;
}

/** The top of a broker: knows the streams, and supervises the shards. */
export const BrokerActor = defineActor<BrokerMessage>()({
  module: import.meta.url,
  name: 'BrokerActor',
  turn: 'interleave',
  supervision: { strategy: 'one-for-one', intensity: 20, periodMs: 10_000 },
  init: async (args: BrokerArgs, ctx): Promise<BrokerState> => {
    const { shardCount, threads, durability } = args;
    const journal = args.journal === null ? null : openStore(ctx, args.journal);
    let data: DirectoryData = { version: 1, shardCount, streams: [] };
    if (journal !== null) {
      const stored: StreamEntry[] = [];
      for await (const { value } of entries(journal, TABLES.streams)) {
        stored.push(value as StreamEntry);
      }
      data = { version: 1 + stored.length, shardCount, streams: stored };
    }
    for (const entry of args.streams) {
      const directory = new Directory(data);
      const before = directory.entry(entry.name);
      if (before !== undefined && isSame(before.options, entry.options)) continue;
      data = before === undefined ? directory.with(entry) : directory.updated(entry);
      if (journal !== null) await store(journal, entry.name, entry);
    }
    const shards = Array.from({ length: shardCount }, (_, shard) =>
      ctx.spawn(
        BrokerShard,
        { shard, coordinator: ctx.self, journal: args.journal, durability },
        {
          name: `shard-${shard}`,
          placement: threads[shard % threads.length]!,
          restart: 'permanent',
        },
      ),
    );
    const safe = journal === null ? 'memory' : weaker(durability, journal.durability);
    const address = { coordinator: ctx.self, shards, durability: safe };
    return { directory: new Directory(data), journal, address, change: Promise.resolve() };
  },
  handlers: {
    directory: ({ directory }) => directory.data,
    address: ({ address }) => address,
    ready: ({ address }, _message, ctx) => {
      const requester = ctx.requester();
      Promise.all(address.shards.map((shard) => ctx.started(shard))).then(
        () => requester.reply(undefined),
        (error: unknown) => requester.fail(error),
      );
      return NO_REPLY;
    },
    'create-stream': (state, { name, options }, ctx) => {
      try {
        const entry = { name, options: resolveStream(name, options) };
        change(state, ctx.requester(), () => [state.directory.with(entry), entry]);
        return NO_REPLY;
      } catch (error) {
        return refused(ctx, error);
      }
    },
    'update-stream': (state, { name, options }, ctx) => {
      change(state, ctx.requester(), () => {
        const before = state.directory.entry(name);
        if (before === undefined) throw unknownStream(name);
        const entry = { name, options: resolveStream(name, { ...before.options, ...options }) };
        return [state.directory.updated(entry), entry];
      });
      return NO_REPLY;
    },
    'delete-stream': (state, { name }, ctx) => {
      change(state, ctx.requester(), () => [state.directory.without(name), { name }]);
      return NO_REPLY;
    },
  },
});

/**
 * One change of the directory: stored first, then known to every shard. A refused one concerns its asker only.
 * @param next the directory, and the stream that has changed, without options if it is gone
 */
function change(
  state: BrokerState,
  requester: Requester<DirectoryData>,
  next: () => readonly [DirectoryData, StreamEntry | { readonly name: string }],
): void {
  const made = state.change.then(async () => {
    const [directory, entry] = next();
    const stored = 'options' in entry ? entry : undefined;
    if (state.journal !== null) await store(state.journal, entry.name, stored);
    state.directory = new Directory(directory);
    const { shards } = state.address;
    await Promise.all(shards.map((shard) => shard.ask({ type: 'update', directory })));
    return directory;
  });
  state.change = made.then(
    (directory) => requester.reply(directory),
    (error: unknown) => requester.fail(error),
  );
}

/** True for options that say the same. */
function isSame(one: ResolvedStream, other: ResolvedStream): boolean {
  return (Object.keys(other) as (keyof ResolvedStream)[]).every(
    (key) => String(one[key]) === String(other[key]),
  );
}

/** What was asked for, or what the journal has. */
function weaker(one: Durability, other: Durability): Durability {
  const order: readonly Durability[] = ['memory', 'committed', 'flushed'];
  return order.indexOf(one) < order.indexOf(other) ? one : other;
}

async function store(
  journal: Journal,
  name: string,
  entry: StreamEntry | undefined,
): Promise<void> {
  await journal.transact({ puts: [{ table: TABLES.streams, key: name, value: entry }] });
}

/**
 * Starts a broker: its shards are spread over the worker threads.
 * @throws {TroupeError} ERR_OPTION, ERR_BROKER_SUBJECT, ERR_BROKER_STREAM, and what the journal throws
 */
export async function startBroker(
  system: ActorSystem,
  options: BrokerOptions = {},
): Promise<BrokerAddress> {
  checkNames('startBroker', options, BROKER);
  const streams = Object.entries(options.streams ?? {}).map(([name, each]) => ({
    name,
    options: resolveStream(name, each),
  }));
  const { journal = null, name = 'broker' } = options;
  const threadCount = system.threads;
  const shardCount = Math.floor(
    checkCount('startBroker', 'shards', options.shards ?? Math.max(1, threadCount), 1),
  );
  const isHere = threadCount === 0 || (journal !== null && isJournal(journal));
  const threads = isHere ? [0] : Array.from({ length: threadCount }, (_, index) => index + 1);
  const durability = options.durability ?? 'flushed';
  const broker = system.spawn(
    BrokerActor,
    { streams, shardCount, journal, durability, threads },
    { name, placement: 'main', restart: 'permanent' },
  );
  try {
    await system.started(broker);
    await broker.ask({ type: 'ready' }, { timeoutMs: READY_TIMEOUT_MS });
  } catch (error) {
    await system.stopActor(broker);
    throw hasCode(error, 'ERR_START_FAILED') && error.cause !== undefined ? error.cause : error;
  }
  return broker.ask({ type: 'address' });
}
