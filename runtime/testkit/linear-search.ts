import { isDeepStrictEqual } from 'node:util';
import type { Operation, SequentialModel } from './linearizability.js';

/** A point of the search: what may come next in a state, and how many of that were tried. */
interface Step<S> {
  readonly state: S;
  /** The operation that led here; -1 for the first point. */
  readonly chosen: number;
  readonly candidates: readonly number[];
  tried: number;
}

const isAnswered = (operation: Operation<unknown, unknown>): boolean =>
  operation.end !== Number.POSITIVE_INFINITY;

/** What is tried first: hints decide, or else answers in their order; what was never answered comes last. */
const rankOf = ({ hint, end }: Operation<unknown, unknown>): number => hint ?? end;

/** Looks for an order of the operations on one object, depth first. */
export class LinearSearch<S, I, O> {
  /** Those that were answered by their begin, then the others by theirs. */
  readonly #operations: readonly Operation<I, O>[];
  readonly #answeredCount: number;
  readonly #model: SequentialModel<S, I, O>;
  readonly #maxStates: number;
  readonly #isDone: Uint8Array;
  readonly #path: Step<S>[] = [];
  /** Points from which no order was found. */
  readonly #hopeless = new Set<string>();
  #firstOpen = 0;
  #openCount: number;
  #states = 0;
  /** The longest order that was found. */
  longest: readonly Operation<I, O>[] = [];
  /** What had to come after it, and cannot. */
  unfit: readonly Operation<I, O>[] = [];
  #longestCount = -1;

  constructor(
    operations: readonly Operation<I, O>[],
    model: SequentialModel<S, I, O>,
    maxStates: number,
  ) {
    const sorted = operations.toSorted((one, other) => one.begin - other.begin);
    const answered = sorted.filter(isAnswered);
    this.#operations = [...answered, ...sorted.filter((each) => !isAnswered(each))];
    this.#answeredCount = answered.length;
    this.#openCount = answered.length;
    this.#model = model;
    this.#maxStates = maxStates;
    this.#isDone = new Uint8Array(operations.length);
  }

  /** `none`: there is no order. `undecided`: so many states were looked at that the search was given up. */
  run(): 'found' | 'none' | 'undecided' {
    this.#enter(this.#model.initial, -1);
    while (this.#openCount > 0) {
      const step = this.#path[this.#path.length - 1];
      if (step === undefined) return 'none';
      if (step.tried === step.candidates.length) this.#retreat();
      else if (!this.#advance(step, step.candidates[step.tried++]!)) return 'undecided';
    }
    return 'found';
  }

  /** Puts an operation next, if its answer fits. @returns false when there were too many states */
  #advance(step: Step<S>, chosen: number): boolean {
    const [after, isFit] = this.#try(step.state, chosen);
    if (!isFit || this.#isIdle(step, chosen, after)) return true;
    this.#mark(chosen, 1);
    this.#enter(after, chosen);
    return ++this.#states <= this.#maxStates;
  }

  #try(state: S, chosen: number): readonly [after: S, isFit: boolean] {
    const { input, output: expected } = this.#operations[chosen]!;
    const [after, output] = this.#model.apply(state, input);
    const isFit =
      chosen >= this.#answeredCount || output === expected || isDeepStrictEqual(output, expected);
    return [after, isFit];
  }

  /**
   * Whether an operation without an answer does nothing here that matters: it changes nothing itself, or all is the same
   * without it after the next one. The same order without it is found, and leaves it for later.
   */
  #isIdle(step: Step<S>, chosen: number, after: S): boolean {
    if (chosen >= this.#answeredCount && Object.is(after, step.state)) return true;
    if (step.chosen < this.#answeredCount) return false;
    const [without, isFit] = this.#try(this.#path[this.#path.length - 2]!.state, chosen);
    return isFit && this.#nameOf(without) === this.#nameOf(after);
  }

  #nameOf(state: S): string {
    return this.#model.keyOf?.(state) ?? String(state);
  }

  #enter(state: S, chosen: number): void {
    const isHopeless = this.#hopeless.size > 0 && this.#hopeless.has(this.#keyOf(state));
    const candidates = isHopeless ? [] : this.#candidates();
    this.#path.push({ state, chosen, candidates, tried: 0 });
  }

  #retreat(): void {
    const { state, chosen, candidates } = this.#path[this.#path.length - 1]!;
    this.#noteLongest(candidates);
    this.#hopeless.add(this.#keyOf(state));
    this.#path.pop();
    if (chosen >= 0) this.#mark(chosen, 0);
  }

  #noteLongest(candidates: readonly number[]): void {
    const count = this.#answeredCount - this.#openCount;
    if (count <= this.#longestCount) return;
    this.#longestCount = count;
    this.longest = this.#path.slice(1).map(({ chosen }) => this.#operations[chosen]!);
    this.unfit = candidates
      .filter((each) => each < this.#answeredCount)
      .map((each) => this.#operations[each]!);
  }

  #mark(chosen: number, isDone: 0 | 1): void {
    this.#isDone[chosen] = isDone;
    if (chosen >= this.#answeredCount) return;
    this.#openCount += isDone === 1 ? -1 : 1;
    if (chosen < this.#firstOpen) this.#firstOpen = chosen;
    while (this.#isDone[this.#firstOpen] === 1 && this.#firstOpen < this.#answeredCount) {
      this.#firstOpen++;
    }
  }

  /** Operations that can come next: none that is not done was answered before they began. */
  #candidates(): readonly number[] {
    const operations = this.#operations;
    const found: number[] = [];
    let boundary = Number.POSITIVE_INFINITY;
    for (let i = this.#firstOpen; i < this.#answeredCount; i++) {
      if (this.#isDone[i] === 1) continue;
      const { begin, end } = operations[i]!;
      if (begin > boundary) break;
      if (end < boundary) boundary = end;
      found.push(i);
    }
    for (let i = this.#answeredCount; i < operations.length; i++) {
      if (operations[i]!.begin > boundary) break;
      if (this.#isDone[i] === 0) found.push(i);
    }
    return found.sort((one, other) => rankOf(operations[one]!) - rankOf(operations[other]!));
  }

  /** What the rest of a search depends on: the state, and what is done. */
  #keyOf(state: S): string {
    let key = `${this.#firstOpen}`;
    // What is done beyond the first that is not began before that one was answered.
    const boundary = this.#operations[this.#firstOpen]?.end ?? 0;
    for (let i = this.#firstOpen; i < this.#answeredCount; i++) {
      if (this.#operations[i]!.begin > boundary) break;
      if (this.#isDone[i] === 1) key += `,${i}`;
    }
    for (let i = this.#answeredCount; i < this.#isDone.length; i++) {
      if (this.#isDone[i] === 1) key += `,${i}`;
    }
    return `${key}:${this.#nameOf(state)}`;
  }
}
