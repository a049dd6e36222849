import type { Clock } from '../base/clock.js';

/** Names of the events that are kept: what supervision did, and what died. */
export const SUPERVISION_EVENTS = [
  'actor-failed',
  'actor-restarted',
  'thread-died',
  'thread-replaced',
  'thread-blocked',
  'damaged-record',
] as const;

/** An event as it is kept. */
export interface PastEvent {
  /** Counts all events of the system. */
  readonly number: number;
  readonly name: string;
  /** Monotonic time at which the main thread heard of it. */
  readonly atMs: number;
  /** What the listener of the event is given. */
  readonly payload: unknown;
}

/** Where events come from: the event stream of the system. */
export type Subscribe = (name: string, listener: (payload: unknown) => void) => void;

/** Events of supervision that are kept. */
const MAX_EVENTS = 256;
/** Dead letters that are kept as samples. */
const MAX_LETTERS = 128;

/** The last events of a system, so that who looks later sees what happened before. */
export class EventHistory {
  readonly #clock: Clock;
  readonly #events: PastEvent[] = [];
  readonly #letters: PastEvent[] = [];
  readonly #listeners = new Set<(event: PastEvent) => void>();
  #count = 0;

  constructor(clock: Clock, subscribe: Subscribe) {
    this.#clock = clock;
    for (const name of SUPERVISION_EVENTS) {
      subscribe(name, (payload) => this.#keep(this.#events, MAX_EVENTS, name, payload));
    }
    subscribe('dead-letter', (payload) =>
      this.#keep(this.#letters, MAX_LETTERS, 'dead-letter', payload),
    );
  }

  /** The last {@link MAX_EVENTS} events of supervision, oldest first. */
  get supervision(): readonly PastEvent[] {
    return this.#events;
  }

  /** The last {@link MAX_LETTERS} reported dead letters, oldest first: all are counted, few are reported. */
  get deadLetters(): readonly PastEvent[] {
    return this.#letters;
  }

  /** Calls it for each event from now on. @returns a function that ends it */
  listen(listener: (event: PastEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #keep(events: PastEvent[], limit: number, name: string, payload: unknown): void {
    const event = { number: ++this.#count, name, atMs: this.#clock.now(), payload };
    events.push(event);
    if (events.length > limit) events.shift();
    for (const listener of this.#listeners) listener(event);
  }
}
