import type { ActorRef } from '../../../runtime/index.js';
import { hasCode } from '../../../runtime/index.js';
import type { CacheRef } from '../cache-owner.js';
import type { CacheSettings } from '../options.js';
import type { CacheShardMessage, Moved, Operation } from '../protocol.js';
import { type ShardPlace, Topology } from '../topology.js';
import { decodeValue } from '../values.js';
import { Call, movedTwice } from './call.js';
import { Reads } from './reads.js';

/** What waits for the topology, and begins in its turn when that is known. */
interface Unrouted {
  readonly begin: () => void;
  readonly fail: (error: unknown) => void;
}

/** What goes to one shard in one message: plain reads as long as there is nothing else, or any calls. */
interface Batch {
  reads: Reads | null;
  calls: Call[];
}

/** Calls in one message; with more the shard begins before all are collected. */
const MAX_BATCH_COUNT = 256;

/**
 * Brings operations to their shards: all those of one turn that go to one shard in one message. It keeps the
 * topology it was told last; when a shard says that a key has moved it asks for the present one and tries once more.
 *
 * What is begun first reaches a shard first, also before the topology is known; a second try comes later.
 */
export class Dispatcher {
  readonly #owner: CacheRef;
  #topology: Topology | null = null;
  #settings: CacheSettings | null = null;
  /** What was called in this turn for each shard, by the index in the topology. */
  #outgoing: Batch[] = [];
  #isScheduled = false;
  #unrouted: Unrouted[] = [];
  #loading: Promise<Topology> | null = null;
  readonly #flush = (): void => this.flush();

  constructor(owner: CacheRef) {
    this.#owner = owner;
  }

  /** Does one operation; answered as the protocol says. */
  call(operation: Operation): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#route(new Call(operation, resolve, reject, false));
    });
  }

  /** Does one operation that is made from the settings of the cache. Rejects with what `operationOf` throws. */
  callWith(operationOf: (settings: CacheSettings) => Operation): Promise<unknown> {
    return this.#started(async () => this.call(operationOf(this.#settings!)));
  }

  /** Reads a value, answered decoded: the one way that is walked most. */
  value(key: string): Promise<unknown> {
    const topology = this.#topology;
    if (topology !== null) {
      const index = topology.indexOf(key);
      const batch = this.#outgoing[index]!;
      if (batch.calls.length === 0) {
        batch.reads ??= new Reads();
        const value = batch.reads.add(key);
        this.#added(index, batch.reads.keys.length);
        return value;
      }
    }
    return new Promise((resolve, reject) => {
      this.#route(new Call({ op: 'get', key }, resolve, reject, true));
    });
  }

  /** The present topology as far as known. */
  topology(): Promise<Topology> {
    return this.#topology === null ? this.refresh(1) : Promise.resolve(this.#topology);
  }

  async settings(): Promise<CacheSettings> {
    await this.topology();
    return this.#settings!;
  }

  /** Asks for a topology of at least that version. */
  refresh(version: number): Promise<Topology> {
    if (this.#topology !== null && this.#topology.version >= version) {
      return Promise.resolve(this.#topology);
    }
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** The shard that answers for a key, as far as known. */
  async place(key: string): Promise<ShardPlace & { readonly version: number }> {
    const topology = await this.topology();
    return { ...topology.ownerOf(key), version: topology.version };
  }

  /** Sends one message to every shard and adds up the answers, again if the shards have changed meanwhile. */
  broadcast(messageOf: (version: number) => BroadcastMessage): Promise<number[]> {
    return this.#started(() => this.#broadcast(messageOf));
  }

  async #broadcast(messageOf: (version: number) => BroadcastMessage): Promise<number[]> {
    for (let attempt = 0; ; attempt++) {
      if (this.#isScheduled) this.flush();
      const { version, shards } = this.#topology!;
      const replies = await Promise.all(shards.map(({ ref }) => ref.ask(messageOf(version))));
      const moved = replies.find((reply): reply is Moved => typeof reply !== 'number');
      if (moved === undefined) return replies as number[];
      if (attempt > 0) throw movedTwice('*');
      await this.refresh(moved.moved);
    }
  }

  /** Sends what has come together in this turn. */
  flush(): void {
    this.#isScheduled = false;
    const topology = this.#topology!;
    const outgoing = this.#outgoing;
    this.#outgoing = topology.shards.map(noCalls);
    for (let index = 0; index < outgoing.length; index++) {
      this.#dispatch(topology, index, outgoing[index]!);
    }
  }

  /** Begins now, or in its turn when the topology is known. */
  #started<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#topology !== null) return begin();
    return new Promise((resolve, reject) => {
      this.#later({ begin: () => void begin().then(resolve, reject), fail: reject });
    });
  }

  #route(call: Call): void {
    const topology = this.#topology;
    if (topology === null) {
      this.#later({ begin: () => this.#route(call), fail: call.reject });
      return;
    }
    const index = topology.indexOf(call.operation.key);
    const batch = this.#outgoing[index]!;
    if (batch.reads !== null) {
      batch.calls = batch.reads.toCalls();
      batch.reads = null;
    }
    this.#added(index, batch.calls.push(call));
  }

  /** The batch of a shard has grown to `count`: it goes now when it is full, else at the end of the turn. */
  #added(index: number, count: number): void {
    if (count === MAX_BATCH_COUNT) {
      const batch = this.#outgoing[index]!;
      this.#outgoing[index] = noCalls();
      this.#dispatch(this.#topology!, index, batch);
      return;
    }
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(this.#flush);
  }

  #later(unrouted: Unrouted): void {
    if (this.#unrouted.push(unrouted) > 1) return;
    const settle = (act: (each: Unrouted) => void): void => {
      const waiting = this.#unrouted;
      this.#unrouted = [];
      for (const each of waiting) act(each);
    };
    this.refresh(1).then(
      () => settle(({ begin }) => begin()),
      (error) => settle(({ fail }) => fail(error)),
    );
  }

  async #load(): Promise<Topology> {
    const { topology, settings } = await this.#owner.ask({ type: 'topology' });
    if (this.#topology === null || topology.version > this.#topology.version) {
      // What was sorted by the old topology is sent by it, and sorted anew if it comes back.
      if (this.#isScheduled) this.flush();
      this.#topology = new Topology(topology, settings);
      this.#settings = settings;
      this.#outgoing = topology.shards.map(noCalls);
    }
    return this.#topology;
  }

  #dispatch(topology: Topology, index: number, { reads, calls }: Batch): void {
    if (reads !== null) void this.#read(topology, index, reads);
    else if (calls.length > 0) void this.#send(topology, index, calls);
  }

  async #read(topology: Topology, index: number, reads: Reads): Promise<void> {
    const { version } = topology;
    let reply: readonly unknown[] | Moved;
    try {
      reply = await topology.shards[index]!.ref.ask({ type: 'gets', version, keys: reads.keys });
    } catch (error) {
      return this.#failed(error, topology, reads.toCalls());
    }
    if (Array.isArray(reply)) reads.settle(reply);
    else await this.#resend((reply as Moved).moved, reads.toCalls(), movedTwice);
  }

  async #send(topology: Topology, index: number, calls: readonly Call[]): Promise<void> {
    const { ref } = topology.shards[index]!;
    let reply: readonly unknown[] | Moved;
    try {
      reply = await request(ref, topology.version, calls);
    } catch (error) {
      return this.#failed(error, topology, calls);
    }
    if ('moved' in reply) return this.#resend(reply.moved, calls, movedTwice);
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i]!;
      call.resolve(call.decodes ? decodeValue(reply[i]) : reply[i]);
    }
  }

  /** Nothing was done if the shard was gone; if it died meanwhile, only reading may be tried again. */
  #failed(error: unknown, topology: Topology, calls: readonly Call[]): void {
    const isGone = hasCode(error, 'ERR_NO_SUCH_ACTOR');
    const hasDied = hasCode(error, 'ERR_THREAD_DIED') || hasCode(error, 'ERR_ACTOR_FAILED');
    const again = calls.filter((call) => isGone || (hasDied && call.isRead));
    for (const call of calls) if (!again.includes(call)) call.reject(error);
    void this.#resend(isGone ? topology.version + 1 : 1, again, () => error);
  }

  async #resend(
    version: number,
    calls: readonly Call[],
    reason: (key: string) => unknown,
  ): Promise<void> {
    try {
      await this.refresh(version);
    } catch (error) {
      for (const call of calls) call.reject(error);
      return;
    }
    for (const call of calls) {
      if (call.wasRetried) {
        call.reject(reason(call.operation.key));
        continue;
      }
      call.wasRetried = true;
      this.#route(call);
    }
  }
}

function noCalls(): Batch {
  return { reads: null, calls: [] };
}

/** What is sent to all shards. */
type BroadcastMessage = Extract<CacheShardMessage, { type: 'invalidate' }>;

function request(
  ref: ActorRef<CacheShardMessage>,
  version: number,
  calls: readonly Call[],
): Promise<readonly unknown[] | Moved> {
  const operations = calls.map(({ operation }) => operation);
  return operations.every(({ op }) => op === 'get')
    ? ref.ask({ type: 'gets', version, keys: operations.map(({ key }) => key) })
    : ref.ask({ type: 'batch', version, operations });
}
