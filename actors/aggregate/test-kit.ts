import { AssertionError, deepStrictEqual } from 'node:assert';
import type { Decider } from './aggregate-spec.js';
import { Decision } from './decision.js';
import { type AggregateDefinition, deciderOf } from './define-aggregate.js';

const STAMP = { nextId: () => 'test', nowMs: () => 0 };

/** What came of a command: ask for it with one of these, each throws an AssertionError that shows both sides. */
export interface Outcome<E, S, X> {
  /** Exactly these events, in this order. */
  thenEvents(...events: readonly E[]): Outcome<E, S, X>;
  /** This rejection, and no event. */
  thenRejected(rejection: X): Outcome<E, S, X>;
  /** The state after it. */
  thenState(state: S): Outcome<E, S, X>;
}

/** What happened before, and may be followed by commands. */
export interface Given<C, E, S, X> {
  when(...commands: readonly C[]): Outcome<E, S, X>;
}

/**
 * Tests a decider without a system or a journal, in the words of its users:
 * `given(Account, opened, deposited).when(withdraw).thenEvents(withdrawn)`. State, events and commands are frozen
 * deeply, so that a decider that changes them fails. Of several commands all but the last must be accepted.
 * @throws {AssertionError} when the outcome is another one
 * @throws {TroupeError} ERR_AGGREGATE_DECISION when the code throws, also because it changes what is frozen
 */
export function given<C, E, S, X>(
  definition: AggregateDefinition<C, E, S, X>,
  ...events: readonly E[]
): Given<C, E, S, X> {
  const decider = deciderOf(definition as never);
  let state = freeze(decider.initial);
  for (const event of events) state = freeze(decider.evolve(state, freeze(event) as never));
  const frozen: Decider = {
    ...decider,
    evolve: (before, event) => freeze(decider.evolve(before, freeze(event))),
  };
  return {
    when(...commands) {
      let decided: unknown[] = [];
      let rejection: unknown;
      for (const command of commands) {
        refuseMore(rejection);
        const decision = new Decision(frozen, 'test', 'test', STAMP, state, events.length);
        const outcome = decision.decide(freeze(command), { correlationId: '', causationId: '' });
        rejection = typeof outcome === 'number' ? undefined : outcome;
        const values = decision.append(undefined).values as readonly { event: unknown }[];
        decided = [...decided, ...values.map(({ event }) => event)];
        state = decision.state;
      }
      return outcomeOf(decided, rejection, state);
    },
  };
}

function outcomeOf<E, S, X>(
  events: readonly unknown[],
  rejection: unknown,
  state: unknown,
): Outcome<E, S, X> {
  const outcome: Outcome<E, S, X> = {
    thenEvents(...expected) {
      if (rejection !== undefined) deepStrictEqual({ rejection }, { events: expected });
      deepStrictEqual(events, expected);
      return outcome;
    },
    thenRejected(expected) {
      if (rejection === undefined) deepStrictEqual({ events }, { rejection: expected });
      deepStrictEqual(rejection, expected);
      return outcome;
    },
    thenState(expected) {
      deepStrictEqual(state, expected);
      return outcome;
    },
  };
  return outcome;
}

function refuseMore(rejection: unknown): void {
  if (rejection === undefined) return;
  const actual = rejection;
  throw new AssertionError({ message: 'a command before the last one was rejected', actual });
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    if (!ArrayBuffer.isView(value)) Object.freeze(value);
    for (const item of Object.values(value)) freeze(item);
  }
  return value;
}
