import { type ActorRef, checkNames, TroupeError } from '../../runtime/index.js';
import type { CommandOutcome, ReadOutcome } from './outcome.js';
import type { PackedOutcomes } from './packed-outcomes.js';
import type { RaftNodeMessage } from './protocol.js';
import type { RaftGroup } from './start-raft.js';

/** What became of a command, for the user. */
export type ProposeResult<R> =
  | { readonly type: 'done'; readonly reply: R; readonly index: number }
  /** The state machine threw; nothing was changed. */
  | { readonly type: 'failed'; readonly error: string }
  /** Not answered in time, or the session expired: it may be applied, now or later, at most once. */
  | { readonly type: 'unknown' };

/** What became of a read. */
export type ReadResultOf<A> =
  | { readonly type: 'done'; readonly answer: A; readonly index: number }
  | { readonly type: 'timeout' };

/** How a client works. */
export interface RaftClientOptions {
  /** How long it tries. Default 10,000. */
  readonly timeoutMs?: number;
  /** How long it waits for one node before it asks another. Default 1,000. */
  readonly attemptMs?: number;
  /** Size of a command, for the windows. Default: 64 for each. */
  readonly bytesOf?: (command: unknown) => number;
}

interface Proposed<C, R> {
  readonly command: C;
  readonly bytes: number;
  /** Its number in the session, given when it is sent. */
  sequence: number;
  readonly resolve: (result: ProposeResult<R>) => void;
}

/** Commands with consecutive sequences that were sent together. */
interface Batch<C, R> {
  readonly commands: readonly Proposed<C, R>[];
  readonly session: number;
  readonly deadline: number;
}

const UNKNOWN = { type: 'unknown' } as const;
/** Commands in one message at most. */
const MAX_BATCH_COUNT = 1024;
const RETRY_MS = 20;
const DEFAULT_BYTES = 64;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A client of one group. It finds the leader, and tries again until it is answered or the time is over. All commands go
 * through one session: each is applied at most once, however often it had to be sent, and commands that are
 * under way together may be applied in any order.
 */
export class RaftClient<C, R, Q, A> {
  readonly #nodes: readonly ActorRef<RaftNodeMessage<C, R, Q, A>>[];
  readonly #timeoutMs: number;
  readonly #attemptMs: number;
  readonly #bytesOf: (command: unknown) => number;
  /** Index of the node that is asked next. */
  #next: number;
  #session: Promise<number> | undefined;
  #sequence = 0;
  #fresh: Proposed<C, R>[] = [];
  /** What is not answered in full, in order. */
  readonly #open = new Set<Batch<C, R>>();

  /** @throws {TroupeError} ERR_OPTION */
  constructor(group: RaftGroup<C, R, Q, A>, options: RaftClientOptions = {}) {
    checkNames('RaftClient', options, { timeoutMs: true, attemptMs: true, bytesOf: true });
    checkGroup(group);
    this.#nodes = group.nodes;
    this.#next = Math.floor(Math.random() * group.nodes.length);
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#attemptMs = options.attemptMs ?? 1000;
    this.#bytesOf = options.bytesOf ?? (() => DEFAULT_BYTES);
  }

  /** Has a command applied, once. Commands of one turn travel together. Never rejects. */
  propose(command: C): Promise<ProposeResult<R>> {
    return new Promise((resolve) => {
      const sequence = 0;
      this.#fresh.push({ command, sequence, bytes: this.#bytesOf(command), resolve });
      if (this.#fresh.length === 1) void this.#sendSoon();
    });
  }

  async #sendSoon(): Promise<void> {
    // After all that is proposed in this turn.
    await undefined;
    const deadline = performance.now() + this.#timeoutMs;
    this.#session ??= this.#openSession(deadline);
    const session = await this.#session;
    const fresh = this.#fresh;
    this.#fresh = [];
    for (let at = 0; at < fresh.length; at += MAX_BATCH_COUNT) {
      const commands = fresh.slice(at, at + MAX_BATCH_COUNT);
      for (const each of commands) each.sequence = ++this.#sequence;
      void this.#proposeBatch({ commands, session, deadline });
    }
  }

  async #proposeBatch(batch: Batch<C, R>): Promise<void> {
    this.#open.add(batch);
    let left = batch.commands;
    while (left.length > 0 && batch.session > 0) {
      const outcomes = await this.#ask(left, batch);
      if (outcomes === undefined) break;
      left = this.#settle(left, outcomes);
      if (left.length > 0) await this.#another(outcomes);
      else if (outcomes.leader > 0) this.#next = outcomes.leader - 1;
    }
    this.#open.delete(batch);
    for (const { resolve } of left) resolve(UNKNOWN);
  }

  /** @returns undefined when the time is over */
  async #ask(
    left: readonly Proposed<C, R>[],
    { session, deadline }: Batch<C, R>,
  ): Promise<PackedOutcomes<R> | undefined> {
    const commands = left.map(({ command }) => command);
    const sequences = Float64Array.from(left, ({ sequence }) => sequence);
    const bytes = Float64Array.from(left, (each) => each.bytes);
    return this.#until<PackedOutcomes<R>>(deadline, (node, timeoutMs) => {
      const [first] = this.#open;
      const lowest = first!.commands[0]!.sequence;
      const message = { type: 'propose', session, sequences, lowest, commands, bytes } as const;
      return node.ask(message as never, { timeoutMs }) as Promise<PackedOutcomes<R>>;
    });
  }

  /** @returns those that have to be asked again */
  #settle(left: readonly Proposed<C, R>[], packed: PackedOutcomes<R>): Proposed<C, R>[] {
    const { indexes, replies, others } = packed;
    for (let i = 0; i < left.length; i++) {
      const index = indexes[i]!;
      if (index > 0) left[i]!.resolve({ type: 'done', reply: replies[i] as R, index });
    }
    const again: Proposed<C, R>[] = [];
    for (const [place, outcome] of others) {
      const proposed = left[place]!;
      if (isOpen(outcome)) again.push(proposed);
      else if (outcome.type === 'failed') {
        proposed.resolve({ type: 'failed', error: outcome.error });
      } else {
        if (outcome.type === 'expired') this.#session = undefined;
        proposed.resolve(UNKNOWN);
      }
    }
    return again;
  }

  /** Reads what is current: everything that was acknowledged before is seen. Never rejects. */
  async read(query: Q): Promise<ReadResultOf<A>> {
    const deadline = performance.now() + this.#timeoutMs;
    const outcome = await this.#until<ReadOutcome<A>>(
      deadline,
      (node, timeoutMs) =>
        node.ask({ type: 'read', query } as never, { timeoutMs }) as Promise<ReadOutcome<A>>,
    );
    return outcome?.type === 'done' ? outcome : { type: 'timeout' };
  }

  /** Reads what some node has: fast, and perhaps old. Never rejects. */
  async readStale(query: Q): Promise<ReadResultOf<A>> {
    const deadline = performance.now() + this.#timeoutMs;
    const outcome = await this.#until<ReadOutcome<A>>(
      deadline,
      (node, timeoutMs) =>
        node.ask({ type: 'read-stale', query } as never, { timeoutMs }) as Promise<ReadOutcome<A>>,
    );
    return outcome?.type === 'done' ? outcome : { type: 'timeout' };
  }

  /** @returns 0 when none could be opened in time */
  async #openSession(deadline: number): Promise<number> {
    const nonce = 1 + Math.floor(Math.random() * 2 ** 52);
    const outcome = await this.#until<CommandOutcome<null>>(
      deadline,
      (node, timeoutMs) =>
        node.ask({ type: 'open-session', nonce } as never, { timeoutMs }) as Promise<
          CommandOutcome<null>
        >,
    );
    if (outcome?.type === 'done') return outcome.index;
    this.#session = undefined;
    return 0;
  }

  /** Asks one node after the other until one gives an outcome that lasts; undefined when the time is over. */
  async #until<O>(
    deadline: number,
    ask: (node: ActorRef<RaftNodeMessage<C, R, Q, A>>, timeoutMs: number) => Promise<O>,
  ): Promise<O | undefined> {
    for (;;) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return undefined;
      const asked = this.#next;
      try {
        const outcome = await ask(this.#nodes[asked]!, Math.min(this.#attemptMs, leftMs));
        if (!isOpen(outcome as never)) return outcome;
        await this.#another(outcome as never);
      } catch {
        // Timed out, or the node is gone: another one knows more.
        if (this.#next === asked) this.#next = (asked + 1) % this.#nodes.length;
        await pause(RETRY_MS);
      }
    }
  }

  /** Goes on with the leader that was named, or else with the next node; after a pause if that is no news. */
  async #another({ leader = 0 }: { readonly leader?: number }): Promise<void> {
    const asked = this.#next;
    const isNamed = leader > 0 && leader <= this.#nodes.length;
    this.#next = isNamed ? leader - 1 : (asked + 1) % this.#nodes.length;
    if (!isNamed || this.#next === asked) await pause(RETRY_MS);
  }
}

function checkGroup(group: { readonly nodes?: unknown } | null | undefined): void {
  const nodes = group?.nodes;
  if (Array.isArray(nodes) && nodes.length > 0) return;
  throw new TroupeError('ERR_OPTION', {
    what: 'the first argument has no nodes',
    where: 'RaftClient',
    mend: 'give the group that startRaft returned',
  });
}

/** Not decided: to be asked again, under the same session. */
function isOpen({ type }: { readonly type?: string }): boolean {
  return type === 'refused' || type === 'lost' || type === 'unknown';
}
