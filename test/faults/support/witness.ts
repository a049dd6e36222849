import { type Definition, defineActor, type Request } from '../../../runtime/index.js';
import { endThread, type ThreadFault } from './thread-fault.js';

export interface WitnessArgs {
  /** Incarnations whose `init` ends the thread. */
  readonly fatal?: readonly number[];
}

/** What an incarnation has seen. */
export interface WitnessReport {
  readonly incarnation: number;
  readonly thread: number;
  readonly seenCount: number;
  /** Messages of one sender that did not follow upon the one before. */
  readonly gapCount: number;
  /** Messages of one sender that came after a later one, or twice. */
  readonly disorderCount: number;
}

export type WitnessMessage =
  | { type: 'count'; from: number; n: number }
  | { type: 'end-thread'; by: ThreadFault }
  | Request<{ type: 'report' }, WitnessReport>;

interface WitnessState {
  readonly last: Map<number, number>;
  seenCount: number;
  gapCount: number;
  disorderCount: number;
}

/** Checks the numbers that each sender counts, and ends its thread when it is told to. */
export const Witness: Definition<WitnessMessage, WitnessArgs> = defineActor<WitnessMessage>()({
  module: import.meta.url,
  name: 'Witness',
  init: ({ fatal = [] }: WitnessArgs, { incarnation }): WitnessState => {
    if (fatal.includes(incarnation)) endThread('process.exit');
    return { last: new Map(), seenCount: 0, gapCount: 0, disorderCount: 0 };
  },
  handlers: {
    count: (state, { from, n }) => {
      const last = state.last.get(from);
      state.last.set(from, n);
      state.seenCount++;
      if (last === undefined) return;
      if (n <= last) state.disorderCount++;
      else if (n !== last + 1) state.gapCount++;
    },
    'end-thread': (_state, { by }) => endThread(by),
    report: ({ seenCount, gapCount, disorderCount }, _message, { incarnation, thread }) => ({
      incarnation,
      thread,
      seenCount,
      gapCount,
      disorderCount,
    }),
  },
});
