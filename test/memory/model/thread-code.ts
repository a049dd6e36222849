import type { Arena, Ticket } from './instruments.js';
import { type Operation, WaitResult } from './operation.js';
import type { PrivateFields } from './private-fields.js';

/** What a program can do besides running real code on the arena. */
export interface Hand {
  /** A decision of the outside; every one of `0` to `count - 1` is explored. */
  choose(count: number): number;
  /** Adds to the history of this thread, which the scenario judges. */
  report(value: number): void;
  /** Sleeps until the promise of a `waitAsync` would resolve, or the death of a thread is told. */
  settle(promise: Promise<unknown>): void;
  /** The ticket of the `waitAsync` on whose promise a `then` hangs; {@link NO_WAITER} for none. */
  readonly waiter: number;
  /**
   * Sleeps until the waiter of that `then` is notified, and calls back.
   * @param mayPass true when something else may end the sleep
   * @returns false when something else has
   */
  sleep(mayPass: boolean): boolean;
  /** Registers an object of the code under test whose fields belong to the state of the thread. */
  watch<T extends object>(object: T): T;
  /**
   * Says that from here on the thread is determined by the place in its program, the numbers it holds
   * and the fields of the watched objects. States that agree in these are explored once.
   */
  mark(place: string, ...numbers: readonly number[]): void;
}

/** The code of one thread: synchronous, and determined by what its operations answer. */
export type Program = (hand: Hand) => void;

/** Thrown through the code under test to stop it at an operation that has no answer yet. */
const SUSPENDED = Symbol('suspended');

/** No `then` hangs on a `waitAsync`. */
export const NO_WAITER = -1;

/** Longest run of a thread; a longer one goes in circles. */
const MAX_OPERATIONS = 400;

/**
 * Where a thread stands: the answers to all its operations so far, or its last mark and the answers since.
 * Equal ones give the same object, so the code runs once for each, however many schedules lead there.
 */
export class LocalState {
  readonly id: number;
  /** Operations done so far, with their answers. */
  readonly done: readonly Operation[];
  readonly answers: readonly number[];
  /** Plain stores and reports since the last answer, in order. */
  readonly effects: readonly Operation[];
  /** What it does next; undefined when it has ended or failed. */
  readonly pending: Operation | undefined;
  /** What the code threw. */
  readonly failure: string | undefined;
  readonly next = new Map<number, LocalState>();

  constructor(id: number, tape: Tape, failure: string | undefined) {
    this.id = id;
    this.done = tape.done;
    this.answers = tape.answers;
    this.effects = tape.effects;
    this.pending = tape.pending;
    this.failure = failure;
  }
}

/** Feeds a program the answers of its past and stops it at the first operation beyond. */
class Tape {
  readonly done: readonly Operation[];
  readonly answers: readonly number[];
  readonly effects: Operation[] = [];
  pending: Operation | undefined;
  /** What determines the thread since its last mark; undefined: only its answers do. */
  mark: string | undefined;
  /** What hangs on the promise of a `waitAsync`. */
  #followed: { readonly ticket: number; readonly call: () => void } | undefined;
  #position = 0;

  constructor(done: readonly Operation[], answers: readonly number[]) {
    this.done = done;
    this.answers = answers;
  }

  /** True when all answers are used up: what comes now has not been done before. */
  get isLive(): boolean {
    return this.#position === this.answers.length;
  }

  perform(operation: Operation): number {
    if (this.pending !== undefined) throw new Error('code goes on after its suspension');
    const position = this.#position;
    if (operation.kind === 'write' || operation.kind === 'report') {
      if (this.isLive) this.effects.push(operation);
      return 0;
    }
    if (this.isLive) {
      this.pending = operation;
      throw SUSPENDED;
    }
    const former = this.done[position]!;
    if (former.kind !== operation.kind || wordOf(former) !== wordOf(operation)) {
      throw new Error(`code is not determined by its loads: ${operation.kind}, not ${former.kind}`);
    }
    this.#position++;
    return this.answers[position]!;
  }

  get waiter(): number {
    return this.#followed?.ticket ?? NO_WAITER;
  }

  /** One at a time: each more would be left in the list of waiters when a sleep ends otherwise. */
  follow(ticket: number, call: () => void): void {
    if (this.#followed !== undefined) throw new Error('waits again while it has a waiter');
    this.#followed = { ticket, call };
  }

  sleep(mayPass: boolean): boolean {
    const { ticket, call } = this.#followed!;
    const result = this.perform({ kind: 'settle', ticket, mayPass });
    if (result === WaitResult.PASSED) return false;
    this.#followed = undefined;
    call();
    return true;
  }
}

function wordOf(operation: Operation): number {
  return 'word' in operation ? operation.word : -1;
}

/**
 * A program as a tree of local states. Synchronous code cannot be left in the middle and resumed, so a
 * step runs it again from its start with the answers of the former steps, up to the next operation.
 */
export class ThreadCode {
  readonly root: LocalState;
  readonly #arena: Arena;
  readonly #program: Program;
  readonly #marked = new Map<string, LocalState>();
  readonly #fields: PrivateFields | undefined;
  #count = 0;

  /** @param fields without it marks do nothing */
  constructor(arena: Arena, program: Program, fields: PrivateFields | undefined) {
    this.#arena = arena;
    this.#fields = fields;
    this.#program = program;
    this.root = this.#run([], []);
  }

  /** Where the thread stands when its pending operation answers `answer`. */
  after(state: LocalState, answer: number): LocalState {
    let next = state.next.get(answer);
    if (next === undefined) {
      next = this.#run([...state.done, state.pending!], [...state.answers, answer]);
      state.next.set(answer, next);
    }
    return next;
  }

  #run(done: readonly Operation[], answers: readonly number[]): LocalState {
    const tape = new Tape(done, answers);
    let failure: string | undefined;
    if (done.length > MAX_OPERATIONS) failure = 'goes on without end';
    else {
      try {
        this.#arena.during(tape, () => this.#program(this.#handFor(tape)));
      } catch (error) {
        if (error !== SUSPENDED) failure = String(error);
      }
    }
    if (tape.mark === undefined) return new LocalState(this.#count++, tape, failure);
    const key = `${tape.mark}|${JSON.stringify(tape.effects)}`;
    let state = this.#marked.get(key);
    if (state === undefined) {
      state = new LocalState(this.#count++, tape, failure);
      this.#marked.set(key, state);
    }
    return state;
  }

  #handFor(tape: Tape): Hand {
    const watched: object[] = [];
    return {
      choose: (count) => tape.perform({ kind: 'choose', count }),
      report: (value) => void tape.perform({ kind: 'report', value }),
      settle: (promise) => {
        const ticket = (promise as unknown as Ticket).number;
        tape.perform({ kind: 'settle', ticket });
      },
      get waiter() {
        return tape.waiter;
      },
      sleep: (mayPass) => tape.sleep(mayPass),
      watch: (object) => {
        watched.push(object);
        return object;
      },
      mark: (place, ...numbers) => {
        const fields = this.#fields;
        if (!tape.isLive || fields === undefined) return;
        const texts = watched.map((object) => fields.textOf(object));
        tape.mark = [place, ...numbers, ...texts].join();
      },
    };
  }
}
