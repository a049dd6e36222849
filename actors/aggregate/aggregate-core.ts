import type { Conflict, Durability, StoredRecord, StreamHead } from '../../runtime/index.js';
import { type AggregateEffect, NO_EFFECTS } from './aggregate-effect.js';
import { endedError, fencedError, overError } from './aggregate-errors.js';
import type { AggregateLimits } from './aggregate-limits.js';
import { type AggregatePhase, PhaseTracker } from './aggregate-phase.js';
import type { Decider } from './aggregate-spec.js';
import { CommandBatch } from './command-batch.js';
import { CommandQueue } from './command-queue.js';
import { type CommandOrder, NO_ORDER } from './command-window.js';
import type { EventStamp } from './decision.js';
import type { QueuedCommand } from './queued-command.js';
import { streamOf } from './recorded-event.js';
import { ReplayedState } from './replayed-state.js';

/**
 * One aggregate, from the first command that woke it until it is passivated: pure and synchronous. Each input
 * returns what has to be done; the table of phases is `AGGREGATE_PHASES`.
 *
 * It writes with the exact version it knows and an epoch of its own, one higher than the stream's. So of two
 * incarnations that live side by side the first to write wins: the other is refused by version while its
 * epoch is unused, by epoch later, and ends (`ERR_AGGREGATE_FENCED`).
 *
 * @typeParam R whom an answer goes to
 */
export class AggregateCore<R> {
  readonly #decider: Decider;
  readonly #id: string;
  /** The stream of its events. */
  readonly stream: string;
  readonly #stamp: EventStamp;
  readonly #limits: AggregateLimits;
  readonly #queue: CommandQueue<R>;
  readonly #now: ReplayedState;
  #queries: R[] = [];
  readonly #phases = new PhaseTracker();
  #epoch = 0;
  /** True once something was written under the epoch: from then on nobody else writes under it. */
  #ownsEpoch = false;
  #batch: CommandBatch<R> | null = null;
  #isLeaving = false;
  #isStale = false;
  #fault: unknown = undefined;
  #effects: AggregateEffect<R>[] = [];

  constructor(decider: Decider, id: string, stamp: EventStamp, limits: AggregateLimits) {
    this.#decider = decider;
    this.#id = id;
    this.stream = streamOf(decider.kind, id);
    this.#stamp = stamp;
    this.#limits = limits;
    this.#queue = new CommandQueue(limits.queueCount);
    this.#now = new ReplayedState(decider, this.stream);
  }

  /** True while somebody waits for an answer. */
  get isAwaited(): boolean {
    return this.#batch !== null || this.#queue.length > 0 || this.#queries.length > 0;
  }

  get phase(): AggregatePhase {
    return this.#phases.current;
  }

  /** Begins to recover. */
  start(): readonly AggregateEffect<R>[] {
    this.#effects.push({ type: 'load' });
    return this.#take();
  }

  /** A command has come. */
  execute(command: QueuedCommand<R>): readonly AggregateEffect<R>[] {
    if (this.#phases.isOver) {
      this.#effects.push({ type: 'fail', to: command.to, error: this.#whyOver() });
    } else if (this.#queue.push(command)) {
      this.#pump();
    } else {
      const result = { ok: false, reason: 'full', waitingCount: this.#queue.length } as const;
      this.#effects.push({ type: 'answer', to: command.to, result });
    }
    return this.#take();
  }

  /** Somebody asks for the state: as of the last commit, not before it is known. */
  query(to: R): readonly AggregateEffect<R>[] {
    if (this.#phases.isOver) this.#effects.push({ type: 'fail', to, error: this.#whyOver() });
    else this.#queries.push(to);
    this.#answerQueries();
    return this.#take();
  }

  /** Somebody else has written to the stream: read it before anything else. */
  changed(): readonly AggregateEffect<R>[] {
    this.#isStale = true;
    this.#pump();
    return this.#take();
  }

  /** Shall end as soon as everything that came before is answered. */
  passivate(): readonly AggregateEffect<R>[] {
    this.#isLeaving = true;
    this.#pump();
    return this.#take();
  }

  /** Head and snapshot have been read. */
  loaded(head: StreamHead, snapshot: unknown): readonly AggregateEffect<R>[] {
    this.#phases.expect('recovering');
    this.#epoch = head.epoch + 1;
    if (head.isTombstoned) this.#halt(endedError(this.stream));
    else this.#readOn(() => this.#now.restore(head, snapshot));
    return this.#take();
  }

  /** A page of the stream has been read. */
  page(records: readonly StoredRecord[]): readonly AggregateEffect<R>[] {
    this.#phases.expect('recovering', 'catching-up');
    this.#readOn(() => this.#now.apply(records));
    return this.#take();
  }

  /** Takes in what was read, and asks for more until it is all. */
  #readOn(takeIn: () => void): void {
    try {
      takeIn();
    } catch (error) {
      this.#halt(error);
      return;
    }
    if (this.#now.isThere) {
      this.#phases.enter('ready');
      this.#pump();
    } else this.#read();
  }

  #read(): void {
    this.#effects.push({ type: 'read', from: this.#now.version + 1 });
  }

  /** Reads what somebody else has written. @param target the version to be reached */
  #catchUp(target: number): void {
    this.#now.aim(target);
    this.#phases.enter('catching-up');
    this.#read();
  }

  /** What is recorded of the commands at hand, in the order of the keys; undefined for nothing. */
  found(records: readonly unknown[], order: CommandOrder): readonly AggregateEffect<R>[] {
    this.#phases.expect('looking-up');
    this.#decide(records, order);
    this.#pump();
    return this.#take();
  }

  /** The transaction is done. */
  committed(durability: Durability): readonly AggregateEffect<R>[] {
    this.#phases.expect('appending');
    const batch = this.#batch!;
    this.#batch = null;
    this.#now.state = batch.decision.state;
    this.#ownsEpoch ||= batch.decision.eventCount > 0;
    this.#now.version = batch.decision.version;
    batch.answer(durability, this.#effects);
    this.#phases.enter('ready');
    this.#pump();
    return this.#take();
  }

  /** Nothing was written. */
  refused(conflict: Conflict): readonly AggregateEffect<R>[] {
    this.#phases.expect('appending');
    if (conflict.kind === 'tombstone') this.#halt(endedError(this.stream));
    else if (conflict.kind === 'value') this.#lookAgain();
    else if (
      conflict.kind === 'epoch' ||
      (!this.#ownsEpoch && conflict.actual.epoch >= this.#epoch)
    ) {
      this.#halt(fencedError(this.stream, this.#epoch, conflict.actual));
    } else this.#retry(conflict.actual.version);
    return this.#take();
  }

  /** It is not known what has become of the last request: this incarnation cannot go on. */
  failed(error: unknown): readonly AggregateEffect<R>[] {
    if (!this.#phases.isOver) this.#halt(error);
    return this.#take();
  }

  /** Puts the batch back, those that have retries left, and reads what was written in between. */
  #retry(actual: number): void {
    const batch = this.#batch!;
    this.#batch = null;
    const again: QueuedCommand<R>[] = [];
    for (const command of batch.commands) {
      if (command.retries > 0) again.push({ ...command, retries: command.retries - 1 });
      else this.#conflict(command, this.#now.version, actual);
    }
    this.#queue.putBack(again);
    this.#catchUp(actual);
  }

  /** Somebody else has executed one of the commands: its record is there now. */
  #lookAgain(): void {
    this.#queue.putBack(this.#batch!.commands);
    this.#batch = null;
    this.#phases.enter('ready');
    this.#pump();
  }

  #conflict({ to, expected }: QueuedCommand<R>, after: number, actual: number): void {
    this.#effects.push({ type: 'answer-conflict', to, expected, after, actual });
  }

  /** Does what can be done now. */
  #pump(): void {
    while (this.#phases.current === 'ready') {
      if (this.#isStale) {
        this.#isStale = false;
        this.#catchUp(Number.POSITIVE_INFINITY);
        return;
      }
      this.#answerQueries();
      if (this.#queue.length === 0) {
        if (this.#isLeaving) this.#end('passive');
        return;
      }
      this.#begin();
    }
  }

  #begin(): void {
    const commands = this.#queue.takeBatch(this.#limits.batchCount);
    this.#batch = new CommandBatch(
      this.#decider,
      this.#id,
      this.#stamp,
      this.#now.state,
      this.#now.version,
      commands,
      this.#limits,
    );
    const { keys } = this.#batch;
    if (keys.length === 0) this.#decide([], NO_ORDER);
    else {
      this.#phases.enter('looking-up');
      this.#effects.push({ type: 'look-up', keys, withOrder: this.#limits.window !== null });
    }
  }

  #decide(records: readonly unknown[], order: CommandOrder): void {
    const batch = this.#batch!;
    const { answers, conflicts, postponed } = batch.decide(records, order);
    for (const answer of answers) this.#effects.push(answer);
    for (const { command, after } of conflicts) this.#conflict(command, after, this.#now.version);
    this.#queue.putBack(postponed);
    if (batch.mustWrite) {
      this.#phases.enter('appending');
      const transaction = batch.transaction(this.#epoch);
      this.#effects.push({ type: 'commit', transaction });
    } else {
      this.#batch = null;
      if (this.#phases.current !== 'ready') this.#phases.enter('ready');
    }
  }

  #answerQueries(): void {
    const isKnown = this.#phases.current !== 'recovering' && this.#phases.current !== 'catching-up';
    if (!isKnown || this.#isStale || this.#queries.length === 0) return;
    const result = { state: this.#now.state, version: this.#now.version };
    for (const to of this.#queries) this.#effects.push({ type: 'answer-query', to, result });
    this.#queries = [];
  }

  #whyOver(): unknown {
    return this.#fault ?? overError(this.stream);
  }

  #halt(error: unknown): void {
    this.#fault = error;
    for (const { to } of this.#batch?.commands ?? [])
      this.#effects.push({ type: 'fail', to, error });
    this.#batch = null;
    for (const { to } of this.#queue.clear()) this.#effects.push({ type: 'fail', to, error });
    for (const to of this.#queries) this.#effects.push({ type: 'fail', to, error });
    this.#queries = [];
    this.#end('halted');
  }

  #end(phase: 'passive' | 'halted'): void {
    this.#phases.enter(phase);
    this.#effects.push({ type: 'ended' });
  }

  #take(): readonly AggregateEffect<R>[] {
    const effects = this.#effects;
    if (effects.length === 0) return NO_EFFECTS;
    this.#effects = [];
    return effects;
  }
}
