import type { Operation } from './operation.js';
import { WaitResult } from './operation.js';

/** Answers the operations of the thread that runs now. */
export interface Performer {
  perform(operation: Operation): number;
  /** Something is to be called when the waiter of that ticket has been notified. */
  follow(ticket: number, call: () => void): void;
}

/**
 * What stands for the promise of a `waitAsync`. What hangs on it by `then` is called by the program, at
 * the step that lets the thread wake: a real promise would call back outside of every search.
 */
export class Ticket {
  readonly number: number;
  readonly #performer: Performer;

  constructor(number: number, performer: Performer) {
    this.number = number;
    this.#performer = performer;
  }

  // biome-ignore lint/suspicious/noThenProperty: it stands for a promise
  then(call: () => void): void {
    this.#performer.follow(this.number, call);
  }
}

/** Content of the arena: nobody reads or writes it, all goes through the performer. */
const POISON = 0x5ab7c3d1;

const RealInt32Array = globalThis.Int32Array;
const realAtomics = globalThis.Atomics;

/**
 * Shared memory as code under test holds it. While a program runs under `during`, every `Int32Array`
 * made over the arena hands its loads and stores to the performer, and so does the global `Atomics`:
 * the code is not changed and not copied. Other views (bytes, f64) are not followed; `isIntact` tells
 * whether something was stored through one of them.
 */
export class Arena {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  #performer: Performer | null = null;
  readonly #atomics = this.#instrumentedAtomics();
  readonly #int32Array = this.#instrumentedArray();

  constructor(byteLength: number) {
    this.memory = new SharedArrayBuffer(byteLength);
    this.#words = new RealInt32Array(this.memory).fill(POISON);
  }

  /** False when somebody has gone past the instruments. */
  get isIntact(): boolean {
    return this.#words.every((word) => word === POISON);
  }

  /** Runs `code` with the instruments in place of the real `Atomics` and `Int32Array`. */
  during(performer: Performer, code: () => void): void {
    this.#performer = performer;
    Reflect.set(globalThis, 'Atomics', this.#atomics);
    Reflect.set(globalThis, 'Int32Array', this.#int32Array);
    try {
      code();
    } finally {
      Reflect.set(globalThis, 'Atomics', realAtomics);
      Reflect.set(globalThis, 'Int32Array', RealInt32Array);
      this.#performer = null;
    }
  }

  #perform(operation: Operation): number {
    if (this.#performer === null) throw new Error('the arena is used outside of a program');
    return this.#performer.perform(operation);
  }

  #instrumentedArray(): unknown {
    const handler: ProxyHandler<Int32Array> = {
      get: (target, key) => {
        const index = indexOf(key);
        if (index < 0) return Reflect.get(target, key, target);
        if (index >= target.length) return undefined;
        return this.#perform({ kind: 'read', word: wordOf(target, index) });
      },
      set: (target, key, value) => {
        const index = indexOf(key);
        if (index < 0) return Reflect.set(target, key, value, target);
        if (index >= target.length) return true;
        this.#perform({ kind: 'write', word: wordOf(target, index), value: Number(value) | 0 });
        return true;
      },
    };
    return new Proxy(RealInt32Array, {
      construct: (target, args: [SharedArrayBuffer, number?, number?]) => {
        const array = Reflect.construct(target, args) as Int32Array;
        return args[0] === this.memory ? new Proxy(array, handler) : array;
      },
    });
  }

  /** The functions that are modelled; another one is missing, which fails its caller. */
  #instrumentedAtomics(): unknown {
    return {
      load: (array: Int32Array, index: number) =>
        this.#perform({ kind: 'load', word: wordOf(array, index) }),
      store: (array: Int32Array, index: number, value: number) => {
        this.#perform({ kind: 'store', word: wordOf(array, index), value: value | 0 });
        return value;
      },
      compareExchange: (array: Int32Array, index: number, expected: number, value: number) =>
        this.#perform({ kind: 'exchange', word: wordOf(array, index), expected, value }),
      notify: (array: Int32Array, index: number, count = Number.POSITIVE_INFINITY) =>
        this.#perform({ kind: 'notify', word: wordOf(array, index), count }),
      wait: (array: Int32Array, index: number, expected: number) => {
        const result = this.#perform({ kind: 'wait', word: wordOf(array, index), expected });
        return result === WaitResult.NOT_EQUAL ? 'not-equal' : 'ok';
      },
      waitAsync: (array: Int32Array, index: number, expected: number) => {
        const ticket = this.#perform({ kind: 'waitAsync', word: wordOf(array, index), expected });
        return ticket === WaitResult.NOT_EQUAL
          ? { async: false, value: 'not-equal' }
          : { async: true, value: new Ticket(ticket, this.#performer!) };
      },
    };
  }
}

/** The array index that a property key is, or -1. */
function indexOf(key: string | symbol): number {
  if (typeof key === 'symbol') return -1;
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 ? index : -1;
}

function wordOf(array: Int32Array, index: number): number {
  return (array.byteOffset >> 2) + index;
}
