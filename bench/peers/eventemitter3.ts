import { EventEmitter } from 'eventemitter3';
import { check, countOf, type Figure, nowNs, rate, type Scale, type Subject } from '../harness.js';
import { type IncMessage, makeOne } from '../loads.js';

/**
 * The floor of local dispatch: a synchronous `emit` with one listener. No mailbox, no turn, nothing
 * that a second sender could come between.
 */
class EmitterTell implements Subject {
  readonly name = 'eventemitter3';
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const emitter = new EventEmitter<{ message: [IncMessage] }>();
    const state = { n: 0 };
    emitter.on('message', (message) => {
      if (message.type === 'inc') state.n += message.n;
    });
    const startNs = nowNs();
    for (let i = 0; i < count; i++) emitter.emit('message', makeOne());
    const endNs = nowNs();
    check(state.n === count, () => `the sum is ${state.n}, not ${count}`);
    return [rate(count, endNs - startNs, 'msg/s')];
  }

  async close(): Promise<void> {}
}

/** What eventemitter3 can do of a bench. */
export function eventemitter3Subject(bench: string, scale: Scale): Subject | undefined {
  if (bench !== 'tell-local') return undefined;
  return new EmitterTell(countOf(scale, 20_000_000, 100_000));
}
