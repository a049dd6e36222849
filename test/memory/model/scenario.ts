import type { Arena } from './instruments.js';
import { PrivateFields } from './private-fields.js';
import { type Program, ThreadCode } from './thread-code.js';

/** One thread of a scenario. */
export interface ThreadSpec {
  readonly name: string;
  readonly program: Program;
  /** Takes over when the thread dies, which it may once, before any step. Without it, it never dies. */
  readonly successor?: Program;
  /** It may be asleep at the end: whether it slept over something is for `judge` to say. */
  readonly serves?: boolean;
}

/** A bounded world to explore. */
export interface Scenario {
  readonly arena: Arena;
  /** The words that are accessed by Atomics, and what stands there at the start. */
  readonly atomics: readonly {
    readonly word: number;
    readonly name: string;
    readonly value: number;
  }[];
  readonly threads: readonly ThreadSpec[];
  /** What is wrong with the reports of a run that has ended: those of the first thread, then the next. */
  readonly judge?: (history: readonly number[]) => string | undefined;
  /** False leaves the survivors of a death asleep. Default true: the death is told, which wakes them. */
  readonly tells?: boolean;
  /** False explores states apart that `mark` would merge. Default true. */
  readonly merges?: boolean;
}

/** A scenario made ready: programs as trees, words as dense indices. */
export class World {
  readonly arena: Arena;
  readonly names: readonly string[];
  readonly codes: readonly ThreadCode[];
  /** The code that follows a death; undefined for threads that do not die. */
  readonly successors: readonly (ThreadCode | undefined)[];
  readonly judge: (history: readonly number[]) => string | undefined;
  readonly tells: boolean;
  /** The threads that may be asleep at the end. */
  readonly serves: readonly boolean[];
  readonly atomicNames: readonly string[];
  readonly atomicValues: readonly number[];
  /** Index of each atomic word in `atomicNames`. */
  readonly atomicIndex = new Map<number, number>();
  readonly #fields = new PrivateFields();
  readonly #interned = new Map<string, number>();
  readonly #dataIndex = new Map<number, number>();

  constructor({ arena, atomics, threads, judge, tells, merges = true }: Scenario) {
    const fields = merges ? this.#fields : undefined;
    this.arena = arena;
    this.names = threads.map(({ name }) => name);
    for (const [index, { word }] of atomics.entries()) this.atomicIndex.set(word, index);
    this.atomicNames = atomics.map(({ name }) => name);
    this.atomicValues = atomics.map(({ value }) => value);
    this.codes = threads.map(({ program }) => new ThreadCode(arena, program, fields));
    this.successors = threads.map(({ successor }) =>
      successor === undefined ? undefined : new ThreadCode(arena, successor, fields),
    );
    this.judge = judge ?? (() => undefined);
    this.tells = tells ?? true;
    this.serves = threads.map(({ serves }) => serves === true);
  }

  /** Dense index of a plain word, given at its first use. */
  dataIndex(word: number): number {
    let index = this.#dataIndex.get(word);
    if (index === undefined) {
      index = this.#dataIndex.size;
      this.#dataIndex.set(word, index);
    }
    return index;
  }

  /** Call it when the exploration is over. */
  close(): void {
    this.#fields.close();
  }

  /** A small number for a text: equal texts, equal numbers. */
  intern(text: string): number {
    let number = this.#interned.get(text);
    if (number === undefined) {
      number = this.#interned.size;
      this.#interned.set(text, number);
    }
    return number;
  }

  readonly threadName = (thread: number): string => this.names[thread]!;

  readonly nameOf = (word: number): string => {
    const index = this.atomicIndex.get(word);
    return index === undefined ? `the data word at byte ${word * 4}` : this.atomicNames[index]!;
  };
}
