import type { EventLoop } from '../../../runtime/base/event-loop.js';
import { type Hand, NO_WAITER } from './thread-code.js';

/** Something that is put off: a turn of the loop under test, or what the program has put off itself. */
interface Entry {
  readonly name: string;
  readonly call: () => void;
}

const TURN = 'turn';

/**
 * The event loop of a thread in the search. Microtasks come first, in their order, then what waits
 * for the last of them. Then come, in any order, a round of the event loop, the bell, and what the outside does, which may also come between
 * two microtasks. A timer may fire in any sleep, or never.
 */
export class ModelEventLoop implements EventLoop {
  readonly #hand: Hand;
  readonly #microtasks: Entry[] = [];
  readonly #outside: (() => void)[];
  #settled: Entry | null = null;
  #round: Entry | null = null;
  #timer: (() => void) | null = null;

  /** @param outside what is done to the thread from outside, in this order, each at any time */
  constructor(hand: Hand, outside: readonly (() => void)[]) {
    this.#hand = hand;
    this.#outside = [...outside];
  }

  soon(call: () => void): void {
    this.#checkTurns();
    this.#microtasks.push({ name: TURN, call });
  }

  afterMicrotasks(call: () => void): void {
    this.#checkTurns();
    this.#settled = { name: TURN, call };
  }

  afterIo(call: () => void): void {
    this.#checkTurns();
    this.#round = { name: TURN, call };
  }

  /** A microtask that is no turn. */
  microtask(name: string, call: () => void): void {
    this.#microtasks.push({ name, call });
  }

  after(_delayMs: number, call: () => void): number {
    if (this.#timer !== null) throw new Error('a timer is left of the last sleep');
    this.#timer = call;
    return 1;
  }

  clear(): void {
    this.#timer = null;
  }

  every(): () => void {
    throw new Error('a loop has no use for an interval');
  }

  #checkTurns(): void {
    const isPutOff =
      this.#settled !== null ||
      this.#round !== null ||
      this.#microtasks.some(({ name }) => name === TURN);
    if (isPutOff) throw new Error('two turns are put off at once');
  }

  /** What determines how this goes on, without the state of those that are called. */
  get place(): string {
    const microtasks = this.#microtasks.map(({ name }) => name).join('+');
    const others = [this.#settled, this.#round, this.#timer]
      .map((each) => Number(each !== null))
      .join('');
    return `${microtasks}/${others}/${this.#outside.length}/${this.#hand.waiter}`;
  }

  /** Calls what comes next. @returns false when nothing will ever come */
  step(): boolean {
    if (this.#microtasks.length > 0) this.#stepMicrotask();
    else if (this.#settled !== null) this.#stepSettled();
    else if (this.#round !== null || this.#outside.length > 0) this.#stepEvent();
    else if (this.#hand.waiter === NO_WAITER) return false;
    else if (this.#timer !== null && this.#hand.choose(2) === 1) this.#fire();
    else this.#hand.sleep(false);
    return true;
  }

  #stepMicrotask(): void {
    if (this.#outside.length > 0 && this.#hand.choose(2) === 1) this.#outside.shift()!();
    else this.#microtasks.shift()!.call();
  }

  #stepSettled(): void {
    if (this.#outside.length > 0 && this.#hand.choose(2) === 1) {
      this.#outside.shift()!();
      return;
    }
    const { call } = this.#settled!;
    this.#settled = null;
    call();
  }

  #stepEvent(): void {
    if (this.#hand.waiter !== NO_WAITER && this.#hand.sleep(true)) return;
    const isOutside =
      this.#round === null || (this.#outside.length > 0 && this.#hand.choose(2) === 1);
    if (isOutside) {
      this.#outside.shift()!();
      return;
    }
    const { call } = this.#round!;
    this.#round = null;
    call();
  }

  #fire(): void {
    const call = this.#timer!;
    this.#timer = null;
    call();
  }
}
