import { type Append, CircularQueue, type Durability, type Journal } from '../../runtime/index.js';
import type { Admitted } from './admitted.js';
import type { Time } from './core-host.js';
import type { ShardCore } from './shard-core.js';

/** What is told when a transaction is written, or not. */
export interface Waiting {
  done(durability: Durability): void;
  failed(error: unknown): void;
}

interface Commit {
  readonly admitted: Admitted;
  readonly waiting: readonly Waiting[];
}

/**
 * Group commit: while one transaction is being written, all that happens is collected for the next. Nothing becomes
 * visible before it is written: no message is delivered, no answer given. The journal takes transactions in the order
 * of the calls, and answers in that order.
 *
 * Without a journal everything is done at once.
 */
export class CommitPipeline {
  readonly #core: ShardCore;
  readonly #journal: Journal | null;
  readonly #durability: Durability;
  readonly #fence: readonly Append[];
  readonly #written: (error: unknown) => void;
  #waiting: Waiting[] = [];
  /** The oldest first; more than one only after {@link submitAll}. */
  readonly #underWay = new CircularQueue<Commit>();
  #lastDurability: Durability = 'memory';

  /**
   * @param fence goes with every transaction: refuses it when a newer incarnation writes
   * @param written called when the transaction under way has been written (undefined) or not; then {@link finish}
   */
  constructor(
    core: ShardCore,
    journal: Journal | null,
    durability: Durability,
    fence: readonly Append[],
    written: (error: unknown) => void,
  ) {
    this.#core = core;
    this.#journal = journal;
    this.#durability = durability;
    this.#fence = fence;
    this.#written = written;
  }

  /** The journal, for what is written apart. */
  get journal(): Journal | null {
    return this.#journal;
  }

  get durability(): Durability {
    return this.#durability;
  }

  get fence(): readonly Append[] {
    return this.#fence;
  }

  /** Answers after all that has happened so far is safe. */
  after(waiting: Waiting): void {
    if (this.isSafe()) waiting.done(this.#journal === null ? 'memory' : this.#durability);
    else this.#waiting.push(waiting);
  }

  /** True when all that has happened so far is as safe as it gets, and visible: an answer need not wait. */
  isSafe(): boolean {
    this.#core.persist();
    const isSafe = this.#journal === null || (this.#underWay.length === 0 && this.#isEmpty);
    if (isSafe && this.#core.pending.length > 0)
      this.#core.commit(this.#core.takePending(), this.#core.time);
    return isSafe;
  }

  /** Begins to write what has been collected, unless something is being written. */
  submit(time: Time): void {
    if (this.#underWay.length > 0) return;
    const { writes, pending } = this.#core;
    if (this.#journal === null || writes.size === 0) {
      if (pending.length > 0) this.#core.commit(this.#core.takePending(), time);
      this.#answer(this.#take());
    } else this.#write(this.#journal);
  }

  /** Begins to write what has been collected, also behind what is being written: what is written apart comes after it. */
  submitAll(time: Time): void {
    if (this.#underWay.length === 0) this.submit(time);
    else if (this.#core.writes.size > 0) this.#write(this.#journal!);
  }

  #write(journal: Journal): void {
    const { writes } = this.#core;
    this.#underWay.push({ admitted: this.#core.takePending(), waiting: this.#take() });
    const options = { durability: this.#durability };
    journal.transact(writes.take(this.#fence), options).then(
      (result) => {
        if (!result.ok) return this.#written(new Error(`refused: ${result.conflict.kind}`));
        this.#lastDurability = result.durability;
        this.#written(undefined);
      },
      (error: unknown) => this.#written(error),
    );
  }

  /** The oldest transaction under way is written: what it held becomes visible. */
  finish(time: Time): void {
    const commit = this.#underWay.shift();
    if (commit === undefined) return;
    if (commit.admitted.length > 0) this.#core.commit(commit.admitted, time);
    this.#answer(commit.waiting);
  }

  /** Fails all who wait. */
  fail(error: unknown): void {
    for (let next = this.#underWay.shift(); next !== undefined; next = this.#underWay.shift()) {
      for (const waiting of next.waiting) waiting.failed(error);
    }
    for (const waiting of this.#take()) waiting.failed(error);
  }

  get #isEmpty(): boolean {
    return this.#core.writes.size === 0 && this.#core.pending.length === 0;
  }

  #take(): Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #answer(all: readonly Waiting[]): void {
    for (const waiting of all) waiting.done(this.#lastDurability);
  }
}
