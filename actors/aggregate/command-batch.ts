import type { Durability, Put, Transaction } from '../../runtime/index.js';
import type { AggregateEffect } from './aggregate-effect.js';
import type { AggregateLimits } from './aggregate-limits.js';
import type { Decider } from './aggregate-spec.js';
import { type CommandRecord, recordPut, repeated } from './command-record.js';
import {
  type CommandOrder,
  forgetPuts,
  isForgotten,
  NO_ORDER,
  orderPuts,
  type PastCommand,
  placeOf,
} from './command-window.js';
import { Decision, type EventStamp } from './decision.js';
import { type Accepted, holdsAt, knownVersion, type Rejected } from './execute-result.js';
import type { QueuedCommand } from './queued-command.js';
import { streamOf } from './recorded-event.js';

type Outcome =
  | { readonly eventCount: number; readonly version: number }
  | { readonly rejection: unknown; readonly version: number };

const NO_KEYS: readonly string[] = [];
const NO_RECORDS: readonly Put[] = [];

/** What came of a batch at once, before anything is written. */
export interface BatchOutcome<R> {
  readonly answers: readonly AggregateEffect<R>[];
  readonly conflicts: readonly { readonly command: QueuedCommand<R>; readonly after: number }[];
  /** To be decided when the batch is written. */
  readonly postponed: readonly QueuedCommand<R>[];
}

/**
 * Commands that are executed together: decided one after the other, written in one transaction. What was
 * decided on a state that is not written yet is not answered before it is.
 */
export class CommandBatch<R> {
  readonly decision: Decision;
  readonly #stream: string;
  readonly #all: readonly QueuedCommand<R>[];
  readonly #version: number;
  readonly #limits: AggregateLimits;
  readonly #stamp: EventStamp;
  #decided: QueuedCommand<R>[] | null = null;
  readonly #outcomes: Outcome[] = [];
  /** The forgotten records in whose places those of the decided commands go. */
  readonly #replaced: (CommandRecord | undefined)[] = [];
  #order = NO_ORDER;
  #nowMs = 0;

  constructor(
    decider: Decider,
    id: string,
    stamp: EventStamp,
    state: unknown,
    version: number,
    commands: readonly QueuedCommand<R>[],
    limits: AggregateLimits,
  ) {
    this.#limits = limits;
    this.#stamp = stamp;
    this.#stream = streamOf(decider.kind, id);
    this.decision = new Decision(decider, id, this.#stream, stamp, state, version);
    this.#all = commands;
    this.#version = version;
  }

  /** The commands that wait for the transaction; before `decide`, all. */
  get commands(): readonly QueuedCommand<R>[] {
    return this.#decided ?? this.#all;
  }

  /** Keys of the records that have to be known first, in the order of the commands that have one. */
  get keys(): readonly string[] {
    let keys: string[] | undefined;
    for (const { record } of this.#all) {
      if (record === null) continue;
      keys ??= [];
      keys.push(record.key);
    }
    return keys ?? NO_KEYS;
  }

  /** True when there are events, or results to be remembered. */
  get mustWrite(): boolean {
    return this.#outcomes.length > 0;
  }

  /** Decides them all, or until one has to wait. @param records what was found under `keys` @param order of their scope */
  decide(records: readonly unknown[], order: CommandOrder): BatchOutcome<R> {
    if (records.length > 0) this.#nowMs = this.#stamp.nowMs();
    this.#order = order;
    const answers: AggregateEffect<R>[] = [];
    const conflicts: BatchOutcome<R>['conflicts'][number][] = [];
    const decided: QueuedCommand<R>[] = [];
    this.#decided = decided;
    let recordIndex = 0;
    for (let index = 0; index < this.#all.length; index++) {
      const command = this.#all[index]!;
      const found =
        command.record === null ? undefined : (records[recordIndex++] as CommandRecord | undefined);
      const { to, expected } = command;
      const isPure = this.decision.eventCount === 0;
      try {
        if (found !== undefined && !this.#isForgotten(found, order.newest)) {
          const { commandId, fingerprint } = command.record!;
          const result = repeated(found, fingerprint, commandId, this.#stream);
          answers.push({ type: 'answer', to, result });
        } else if (holdsAt(expected, this.decision.version)) {
          this.#decide(command, found, decided, answers);
        } else if (isPure) {
          conflicts.push({ command, after: knownVersion(expected, this.#version) });
        } else return { answers, conflicts, postponed: this.#all.slice(index) };
      } catch (error) {
        // What was decided on unwritten events is no final word.
        if (!isPure) return { answers, conflicts, postponed: this.#all.slice(index) };
        answers.push({ type: 'fail', to, error });
      }
    }
    return { answers, conflicts, postponed: [] };
  }

  #isForgotten(command: Pick<CommandRecord, 'place' | 'atMs'>, newest: number): boolean {
    return isForgotten(command, this.#limits.window, newest, this.#nowMs);
  }

  #decide(
    command: QueuedCommand<R>,
    replaced: CommandRecord | undefined,
    decided: QueuedCommand<R>[],
    answers: AggregateEffect<R>[],
  ): void {
    const isPure = this.decision.eventCount === 0;
    const decision = this.decision.decide(command.command, command);
    const { version } = this.decision;
    const outcome: Outcome =
      typeof decision === 'number'
        ? { eventCount: decision, version }
        : { rejection: decision, version };
    if (isPure && this.decision.eventCount === 0 && command.record === null) {
      // Nothing to write, and nothing unwritten behind it.
      const result = resultOf(outcome, this.#limits.durability);
      answers.push({ type: 'answer', to: command.to, result });
      return;
    }
    decided.push(command);
    this.#outcomes.push(outcome);
    this.#replaced.push(replaced);
  }

  /** Everything in one transaction. @param epoch of the writer */
  transaction(epoch: number): Transaction {
    return this.decision.transaction(epoch, this.#recordPuts());
  }

  /** What is remembered of the commands with an id, and forgotten of older ones. */
  #recordPuts(): readonly Put[] {
    if (this.keys.length === 0) return NO_RECORDS;
    const keys: string[] = [];
    const puts: Put[] = [];
    let { newest } = this.#order;
    for (let i = 0; i < this.commands.length; i++) {
      const { record } = this.commands[i]!;
      if (record === null) continue;
      const { key, fingerprint } = record;
      const result = resultOf(this.#outcomes[i]!, this.#limits.durability);
      const place = this.#limits.window === null ? '' : placeOf(++newest);
      const written = { fingerprint, result, place, atMs: this.#nowMs };
      puts.push(recordPut(key, written, this.#replaced[i]));
      for (const put of orderPuts(this.#stream, key, written, this.#replaced[i])) puts.push(put);
      keys.push(key);
    }
    const isOut = (command: PastCommand): boolean => this.#isForgotten(command, newest);
    return puts.concat(forgetPuts(this.#stream, this.#order, isOut, keys));
  }

  /** The answers when it is written, added to a list. */
  answer(durability: Durability, effects: AggregateEffect<R>[]): void {
    for (let i = 0; i < this.commands.length; i++) {
      const result = resultOf(this.#outcomes[i]!, durability);
      effects.push({ type: 'answer', to: this.commands[i]!.to, result });
    }
  }
}

function resultOf(outcome: Outcome, durability: Durability): Accepted | Rejected<unknown> {
  const { version } = outcome;
  return 'rejection' in outcome
    ? { ok: false, reason: 'rejected', error: outcome.rejection, version, isRepeat: false }
    : { ok: true, version, eventCount: outcome.eventCount, durability, isRepeat: false };
}
