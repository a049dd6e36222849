import { InvariantError } from '../../runtime/index.js';

/**
 * What an aggregate is doing, and what it may do next. Commands are taken in every phase but the last two
 * and wait in a bounded queue until it is `ready`.
 */
export const AGGREGATE_PHASES = {
  /** Reads head, snapshot and the events after it. */
  recovering: ['ready', 'halted'],
  /** Nothing is under way. */
  ready: ['looking-up', 'appending', 'catching-up', 'passive', 'halted'],
  /** Reads whether the commands at hand were executed before. */
  'looking-up': ['ready', 'appending', 'halted'],
  /** A transaction is under way. */
  appending: ['ready', 'catching-up', 'halted'],
  /** Reads the events that somebody else has written. */
  'catching-up': ['ready', 'halted'],
  /** Has given its memory back; the next command wakes another incarnation. */
  passive: [],
  /** Could not go on: fenced, unreadable, or the journal failed. */
  halted: [],
} as const;

/** The name of a phase. */
export type AggregatePhase = keyof typeof AGGREGATE_PHASES;

/** The phase that one aggregate is in: it moves by the table only. */
export class PhaseTracker {
  #current: AggregatePhase = 'recovering';

  get current(): AggregatePhase {
    return this.#current;
  }

  /** True in a phase that no other follows. */
  get isOver(): boolean {
    return this.#current === 'passive' || this.#current === 'halted';
  }

  /** @throws {InvariantError} for a step that is not in the table */
  enter(phase: AggregatePhase): void {
    const next: readonly AggregatePhase[] = AGGREGATE_PHASES[this.#current];
    if (!next.includes(phase)) {
      throw new InvariantError(`an aggregate goes from ${this.#current} to ${phase}`);
    }
    this.#current = phase;
  }

  /** @throws {InvariantError} in any other phase */
  expect(phase: AggregatePhase, or: AggregatePhase = phase): void {
    if (this.#current === phase || this.#current === or) return;
    throw new InvariantError(`an aggregate is ${this.#current}, not ${phase} or ${or}`);
  }
}
