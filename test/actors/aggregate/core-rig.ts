import { AggregateCore } from '#actors/aggregate/aggregate-core.js';
import type { AggregateEffect } from '#actors/aggregate/aggregate-effect.js';
import type { AggregateLimits } from '#actors/aggregate/aggregate-limits.js';
import { fingerprint } from '#actors/aggregate/canonical.js';
import { COMMAND_TABLE, commandKey } from '#actors/aggregate/command-record.js';
import {
  type CommandOrder,
  NO_ORDER,
  ORDER_TABLE,
  orderOf,
  orderRanges,
} from '#actors/aggregate/command-window.js';
import { deciderOf } from '#actors/aggregate/define-aggregate.js';
import type { QueuedCommand } from '#actors/aggregate/queued-command.js';
import { SNAPSHOT_TABLE } from '#actors/aggregate/snapshot.js';
import { type ExpectedVersion, JournalState, type Transaction } from '#runtime/index.js';
import { Account, type AccountCommand } from './account.js';

/** An answer as the asker sees it; `after` and `actual` instead of events where there is a conflict. */
export type Answer = Exclude<Effect, { type: 'load' | 'read' | 'look-up' | 'commit' | 'ended' }>;
type Effect = AggregateEffect<number>;
type Core = AggregateCore<number>;

export const STREAM = 'Account/a';

/**
 * Incarnations of one aggregate on one journal, without actors: what they want done waits until `serve` does
 * it, so that a test decides about every interleaving.
 */
export class CoreRig {
  readonly journal = new JournalState();
  readonly answers = new Map<number, Answer>();
  readonly wanted: { readonly core: Core; readonly effect: Effect }[] = [];
  readonly transactions: Transaction[] = [];
  #asked = 0;
  #ids = 0;
  endedCount = 0;
  nowMs = 0;

  /** Wakes another incarnation. */
  wake(limits: Partial<Omit<AggregateLimits, 'durability'>> = {}): Core {
    const stamp = { nextId: () => `e${this.#ids++}`, nowMs: () => this.nowMs };
    const { queueCount = 100, batchCount = 10, window = null } = limits;
    const all = { queueCount, batchCount, durability: 'memory', window } as const;
    const core: Core = new AggregateCore(deciderOf(Account as never), 'a', stamp, all);
    this.#take(core, core.start());
    return core;
  }

  /** Gives a command. @returns the number under which `answers` will have its answer */
  execute(
    core: Core,
    command: AccountCommand,
    options: { expected?: ExpectedVersion; commandId?: string; retries?: number } = {},
  ): number {
    const { expected = 'any', commandId, retries = 3 } = options;
    const to = this.#asked++;
    const queued: QueuedCommand<number> = {
      to,
      command,
      expected,
      retries,
      correlationId: '',
      causationId: '',
      record:
        commandId === undefined
          ? null
          : {
              key: commandKey(STREAM, commandId),
              commandId,
              fingerprint: fingerprint(command),
            },
    };
    this.#take(core, core.execute(queued));
    return to;
  }

  query(core: Core): number {
    const to = this.#asked++;
    this.#take(core, core.query(to));
    return to;
  }

  passivate(core: Core): void {
    this.#take(core, core.passivate());
  }

  changed(core: Core): void {
    this.#take(core, core.changed());
  }

  /** Does one of the things that are wanted. */
  serve(index = 0): void {
    const [want] = this.wanted.splice(index, 1);
    if (want !== undefined) this.#take(want.core, this.#input(want.core, want.effect));
  }

  /** Does all that is wanted, and what comes of it. */
  settle(): void {
    while (this.wanted.length > 0) this.serve();
  }

  /** The request fails instead: nobody knows what became of it. @param isDone whether it was done */
  break(index: number, isDone: boolean): void {
    const [want] = this.wanted.splice(index, 1);
    if (want === undefined) return;
    if (isDone && want.effect.type === 'commit') this.journal.apply(want.effect.transaction);
    this.#take(want.core, want.core.failed(new Error('lost')));
  }

  #input(core: Core, effect: Effect): readonly Effect[] {
    switch (effect.type) {
      case 'load':
        return core.loaded(this.journal.head(STREAM), this.journal.get(SNAPSHOT_TABLE, STREAM));
      case 'read':
        return core.page(this.journal.read(STREAM, { from: effect.from, limit: 3 }));
      case 'look-up':
        return core.found(
          effect.keys.map((key) => this.journal.get(COMMAND_TABLE, key)),
          effect.withOrder ? this.#order(effect.keys.length) : NO_ORDER,
        );
      case 'commit': {
        this.transactions.push(effect.transaction);
        const result = this.journal.apply(effect.transaction);
        return result.ok ? core.committed(result.durability) : core.refused(result.conflict);
      }
      default:
        throw new Error(`nobody does '${effect.type}'`);
    }
  }

  #order(count: number): CommandOrder {
    const [oldest, newest] = orderRanges(STREAM, count);
    const [first, last] = [oldest, newest].map((range) => this.journal.scan(ORDER_TABLE, range));
    return orderOf(STREAM, first!, last!);
  }

  #take(core: Core, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'ended') this.endedCount++;
      else if ('to' in effect) {
        if (this.answers.has(effect.to)) throw new Error(`${effect.to} was answered twice`);
        this.answers.set(effect.to, effect);
      } else this.wanted.push({ core, effect });
    }
  }
}
