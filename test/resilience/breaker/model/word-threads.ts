import type { AtomicWord } from '#runtime/resilience/breaker/state-cell.js';

/**
 * Explores every order of the atomic steps of a few threads on one shared word. The code under test is the real one: it
 * is synchronous, so a step runs it again from its start with the answers of its former steps, up to the next one.
 */

/** The code of one thread: determined by what its operations answer. */
export type Program = (word: AtomicWord, report: (text: string) => void) => void;

/** One run: all threads have ended, or died. */
export interface End {
  readonly word: bigint;
  /** What each thread has reported, in its order. */
  readonly reports: readonly (readonly string[])[];
  readonly died: number | undefined;
}

/** What is to be explored. */
export interface Exploring {
  readonly start: bigint;
  readonly programs: readonly Program[];
  /** This thread may stop for ever before any of its steps. */
  readonly mortal?: number;
  /** Called for each distinct end. @throws when it is wrong */
  readonly judge: (end: End) => void;
}

type Step =
  | { readonly kind: 'load' }
  | { readonly kind: 'exchange'; readonly expected: bigint; readonly value: bigint };

interface Local {
  /** Undefined: ended. */
  readonly pending: Step | undefined;
  readonly reports: readonly string[];
}

const SUSPENDED = Symbol('suspended');
const MOST_STEPS = 60;
const MOST_STATES = 500_000;

/** Runs a program with the answers of its past. */
function runLocal(program: Program, answers: readonly bigint[]): Local {
  if (answers.length > MOST_STEPS) throw new Error('a thread goes round for ever');
  const reports: string[] = [];
  let position = 0;
  let pending: Step | undefined;
  const perform = (step: Step): bigint => {
    const answer = answers[position++];
    if (answer !== undefined) return answer;
    pending = step;
    throw SUSPENDED;
  };
  const word: AtomicWord = {
    load: () => perform({ kind: 'load' }),
    compareExchange: (expected, value) => perform({ kind: 'exchange', expected, value }),
  };
  try {
    program(word, (text) => reports.push(text));
  } catch (error) {
    if (error !== SUSPENDED) throw error;
  }
  return { pending, reports };
}

interface State {
  readonly word: bigint;
  readonly answers: readonly (readonly bigint[])[];
  readonly died: number | undefined;
}

/** @returns how many states and ends there are */
export function explore({ start, programs, mortal, judge }: Exploring): {
  states: number;
  ends: number;
} {
  const locals = programs.map(() => new Map<string, Local>());
  const localOf = (thread: number, answers: readonly bigint[]): Local => {
    const key = answers.join();
    let local = locals[thread]!.get(key);
    if (local === undefined) {
      local = runLocal(programs[thread]!, answers);
      locals[thread]!.set(key, local);
    }
    return local;
  };
  const first: State = { word: start, answers: programs.map(() => []), died: undefined };
  const known = new Set<string>();
  const open = [first];
  let ends = 0;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const { word, answers, died } = state;
    const key = `${word}|${died}|${answers.map((each) => each.join()).join('|')}`;
    if (known.has(key)) continue;
    known.add(key);
    if (known.size > MOST_STATES) throw new Error(`more than ${MOST_STATES} states`);
    const all = answers.map((each, thread) => localOf(thread, each));
    const movable = all.flatMap(({ pending }, i) => (pending && i !== died ? [i] : []));
    if (movable.length === 0) {
      ends++;
      judge({ word, died, reports: all.map(({ reports }) => reports) });
    }
    for (const thread of movable) {
      if (thread === mortal) open.push({ ...state, died: thread });
      const pending = all[thread]!.pending!;
      const isSet = pending.kind === 'exchange' && pending.expected === word;
      const next = answers.map((each, i) => (i === thread ? [...each, word] : each));
      open.push({ word: isSet ? pending.value : word, answers: next, died });
    }
  }
  return { states: known.size, ends };
}
