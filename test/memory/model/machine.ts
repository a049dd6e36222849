import { type Clock, DataWord, joined, Ranks, ticked } from './happens-before.js';
import { describe, type Operation, WaitResult } from './operation.js';
import type { World } from './scenario.js';
import type { LocalState, ThreadCode } from './thread-code.js';
import { BLOCKING, Waiters } from './waiters.js';

/** One atomic word, and what a load of it makes visible. */
interface Cell {
  readonly value: number;
  readonly clock: Clock;
}

/** One choice of the scheduler. */
export interface Move {
  readonly thread: number;
  /** How a choice or a sleep ends; DIES for the death of the thread, STEP where nothing is to choose. */
  readonly answer: number;
}

const STEP = 0;
const DIES = -10;

/**
 * Everything at one moment of a run: where the threads stand, the memory, who waits. `fork` copies it;
 * what the arrays hold is never changed in place. All stores, loads and waits have the meaning that
 * ECMAScript gives them in a program without data races; a race is a violation.
 */
export class Machine {
  /** What went wrong in the last step. */
  violation: string | undefined;
  readonly #world: World;
  readonly #locals: LocalState[];
  readonly #clocks: Clock[];
  readonly #cells: Cell[];
  readonly #data: DataWord[];
  #waiters: Waiters;
  /** Threads with word of a death to come: it ends their next sleep. */
  readonly #told: boolean[];
  readonly #dead: boolean[];
  /** What each thread has reported; the order between threads is not part of it. */
  readonly #history: (readonly number[])[];

  constructor(world: World, from?: Machine) {
    const zero = new Array<number>(world.codes.length).fill(0);
    this.#world = world;
    this.#locals = from === undefined ? world.codes.map(({ root }) => root) : [...from.#locals];
    this.#clocks = from === undefined ? zero.map((_, i) => ticked(zero, i)) : [...from.#clocks];
    this.#cells =
      from === undefined
        ? world.atomicValues.map((value) => ({ value, clock: zero }))
        : [...from.#cells];
    this.#data = from === undefined ? [] : [...from.#data];
    this.#waiters = from === undefined ? Waiters.NONE : from.#waiters;
    this.#told = from === undefined ? zero.map(() => false) : [...from.#told];
    this.#dead = from === undefined ? zero.map(() => false) : [...from.#dead];
    this.#history = from === undefined ? zero.map(() => []) : [...from.#history];
    if (from === undefined) for (const thread of zero.keys()) this.#proceed(thread);
  }

  /** Equal for machines that have the same futures. */
  get key(): string {
    const data = this.#data.filter((word) => word !== undefined);
    const clocks = this.#cells.map(({ clock }) => clock);
    const ranks = new Ranks(this.#clocks, clocks, data);
    const words = Array.from(this.#data, (word) => (word === undefined ? '' : ranks.ofData(word)));
    const world = this.#world;
    return [
      ...this.#locals.map(({ id }) => id),
      this.#dead.map(Number).join(''),
      this.#told.map(Number).join(''),
      ...this.#cells.map(({ value, clock }) => world.intern(`c${value}/${ranks.of(clock)}`)),
      world.intern(`t${this.#clocks.map((clock) => ranks.of(clock)).join('/')}`),
      world.intern(`d${words.join()}`),
      world.intern(`w${this.#waiters.key}`),
      world.intern(`h${this.#history.map((each) => each.join()).join('/')}`),
    ].join();
  }

  /**
   * What can happen next. A thread whose next operation is a choice comes alone: nobody else sees it,
   * so it commutes with all that the others do. Empty when all have ended or the rest sleeps for ever;
   * deaths don't count, since they need not happen.
   */
  get moves(): Move[] {
    const chooser = this.#locals.findIndex(({ pending }) => pending?.kind === 'choose');
    if (chooser >= 0) {
      const { count } = this.#locals[chooser]!.pending as Operation & { kind: 'choose' };
      return Array.from({ length: count }, (_, answer) => ({ thread: chooser, answer }));
    }
    const moves = this.#locals.flatMap((_, thread) => this.#movesOf(thread));
    if (moves.length === 0) return moves;
    for (const [thread, { pending }] of this.#locals.entries()) {
      const isMortal = !this.#dead[thread] && this.#world.successors[thread] !== undefined;
      if (isMortal && pending !== undefined) moves.push({ thread, answer: DIES });
    }
    return moves;
  }

  /** What is wrong when there are no moves left. */
  get verdict(): string | undefined {
    const { serves } = this.#world;
    const stuck = this.#locals.findIndex(({ pending }, i) => pending !== undefined && !serves[i]);
    if (stuck >= 0) return `${this.#world.names[stuck]} sleeps for ever`;
    return this.#world.judge(this.#history.flat());
  }

  /** Does a move. @returns it as a line of a schedule */
  step({ thread, answer }: Move): string {
    const name = this.#world.names[thread]!;
    if (answer === DIES) {
      this.#die(thread);
      return `${name} dies`;
    }
    const operation = this.#locals[thread]!.pending!;
    const result = this.#apply(thread, operation, answer);
    if (result === undefined) return `${name}: ${operation.kind} begins to sleep`;
    this.#locals[thread] = this.#codeOf(thread).after(this.#locals[thread]!, result);
    this.#proceed(thread);
    return `${name}: ${describe(operation, result, this.#world.nameOf)}`;
  }

  #codeOf(thread: number): ThreadCode {
    const { codes, successors } = this.#world;
    return this.#dead[thread] ? successors[thread]! : codes[thread]!;
  }

  #movesOf(thread: number): Move[] {
    const { pending } = this.#locals[thread]!;
    if (pending === undefined) return [];
    const ticket = pending.kind === 'settle' ? pending.ticket : BLOCKING;
    const waiter = this.#waiters.of(thread, ticket);
    const sleeps = pending.kind === 'settle' || (pending.kind === 'wait' && waiter !== undefined);
    if (!sleeps) return [{ thread, answer: STEP }];
    const moves: Move[] = [];
    if (waiter?.notified) moves.push({ thread, answer: WaitResult.OK });
    if (this.#told[thread]) moves.push({ thread, answer: WaitResult.TOLD });
    if (pending.kind === 'settle' && pending.mayPass) {
      moves.push({ thread, answer: WaitResult.PASSED });
    }
    return moves;
  }

  /** @returns what the operation answers; undefined when the thread has begun to sleep */
  #apply(thread: number, operation: Operation, answer: number): number | undefined {
    switch (operation.kind) {
      case 'load':
        return this.#load(thread, operation.word);
      case 'store':
        this.#store(thread, operation.word, operation.value);
        return 0;
      case 'exchange': {
        const before = this.#load(thread, operation.word);
        if (before === operation.expected) this.#store(thread, operation.word, operation.value);
        return before;
      }
      case 'notify': {
        const { waiters, woken } = this.#waiters.notified(operation.word, operation.count);
        this.#waiters = waiters;
        return woken;
      }
      case 'wait':
        if (this.#waiters.of(thread, BLOCKING) !== undefined) {
          return this.#wake(thread, BLOCKING, answer);
        }
        if (this.#load(thread, operation.word) !== operation.expected) return WaitResult.NOT_EQUAL;
        this.#waiters = this.#waiters.with(thread, operation.word, BLOCKING);
        return undefined;
      case 'waitAsync': {
        if (this.#load(thread, operation.word) !== operation.expected) return WaitResult.NOT_EQUAL;
        const ticket = this.#waiters.freeTicket(thread);
        this.#waiters = this.#waiters.with(thread, operation.word, ticket);
        return ticket;
      }
      case 'settle':
        return this.#wake(thread, operation.ticket, answer);
      case 'choose':
        return answer;
      default:
        throw new Error(`${operation.kind} is not a step of its own`);
    }
  }

  #indexOf(thread: number, word: number): number {
    const index = this.#world.atomicIndex.get(word);
    if (index !== undefined) return index;
    this.violation ??= `${this.#world.names[thread]} uses Atomics on ${this.#world.nameOf(word)}`;
    return 0;
  }

  #load(thread: number, word: number): number {
    const { value, clock } = this.#cells[this.#indexOf(thread, word)]!;
    this.#clocks[thread] = joined(this.#clocks[thread]!, clock);
    return value;
  }

  #store(thread: number, word: number, value: number): void {
    const clock = this.#clocks[thread]!;
    this.#cells[this.#indexOf(thread, word)] = { value, clock };
    this.#clocks[thread] = ticked(clock, thread);
  }

  /** A waiter of `waitAsync` stays in the list when something else ends the sleep. */
  #wake(thread: number, ticket: number, answer: number): number {
    if (answer === WaitResult.TOLD) this.#told[thread] = false;
    if (answer === WaitResult.OK || ticket === BLOCKING) {
      this.#waiters = this.#waiters.without(thread, ticket);
    }
    return answer;
  }

  /** The thread is gone with all it knew; another takes its place, after all that it has done. */
  #die(thread: number): void {
    this.#dead[thread] = true;
    this.#locals[thread] = this.#world.successors[thread]!.root;
    this.#waiters = this.#waiters.without(thread);
    this.#told[thread] = false;
    if (this.#world.tells) {
      for (const other of this.#told.keys()) if (other !== thread) this.#told[other] = true;
    }
    this.#proceed(thread);
  }

  /** Plain accesses and reports up to the next step that others can see. */
  #proceed(thread: number): void {
    for (;;) {
      const local = this.#locals[thread]!;
      for (const effect of local.effects) this.#effect(thread, effect);
      if (local.failure !== undefined) {
        this.violation ??= `${this.#world.names[thread]}: ${local.failure}`;
        return;
      }
      if (local.pending?.kind !== 'read') return;
      const value = this.#read(thread, local.pending.word);
      if (this.violation !== undefined) return;
      this.#locals[thread] = this.#codeOf(thread).after(local, value);
    }
  }

  #effect(thread: number, effect: Operation): void {
    if (effect.kind === 'report') {
      this.#history[thread] = [...this.#history[thread]!, effect.value];
    }
    if (effect.kind === 'write') this.#write(thread, effect.word, effect.value);
  }

  #dataWord(thread: number, word: number): { index: number; data: DataWord } {
    const { names, nameOf, atomicIndex } = this.#world;
    if (atomicIndex.has(word)) {
      this.violation ??= `${names[thread]} goes to ${nameOf(word)} without Atomics`;
    }
    const index = this.#world.dataIndex(word);
    return { index, data: this.#data[index] ?? DataWord.unwritten(names.length) };
  }

  #read(thread: number, word: number): number {
    const { index, data } = this.#dataWord(thread, word);
    const clock = this.#clocks[thread]!;
    this.#object(thread, 'reads', word, data.readObjection(clock, thread, this.#world.threadName));
    this.#data[index] = data.readBy(thread, clock);
    return data.value;
  }

  #write(thread: number, word: number, value: number): void {
    const { index, data } = this.#dataWord(thread, word);
    const clock = this.#clocks[thread]!;
    this.#object(
      thread,
      'writes',
      word,
      data.writeObjection(clock, thread, this.#world.threadName),
    );
    this.#data[index] = data.writtenBy(thread, clock, value);
  }

  #object(thread: number, verb: string, word: number, objection: string | null): void {
    if (objection === null) return;
    const { names, nameOf } = this.#world;
    this.violation ??= `${names[thread]} ${verb} ${nameOf(word)}, ${objection}`;
  }
}
