import {
  type ActorRef,
  type Definition,
  defineActor,
  type Request,
} from '../../../runtime/index.js';

export type CensusMessage =
  | { type: 'born'; level: number }
  | { type: 'gone'; level: number }
  | Request<{ type: 'count' }, CensusReport>;

export interface CensusReport {
  readonly born: number;
  readonly gone: number;
  /** Ends of a parent before one of its children. */
  readonly disorder: number;
}

/** Counts the actors of a chain, and whether each ended after the one below it. */
export const Census = defineActor<CensusMessage>()({
  module: import.meta.url,
  name: 'Census',
  init: (_args: null) => ({ born: 0, gone: 0, disorder: 0, lastGone: Number.POSITIVE_INFINITY }),
  handlers: {
    born: (state) => void state.born++,
    gone: (state, { level }) => {
      if (level > state.lastGone) state.disorder++;
      state.lastGone = level;
      state.gone++;
    },
    count: ({ born, gone, disorder }) => ({ born, gone, disorder }),
  },
});

export interface LevelArgs {
  readonly level: number;
  readonly depth: number;
  readonly census: ActorRef<CensusMessage>;
  /** Threads that the levels go round. */
  readonly threads: readonly number[];
}

/** One level of a deep tree: it has one child, the next level. */
export const Level: Definition<never, LevelArgs> = defineActor<never>()({
  module: import.meta.url,
  name: 'Level',
  init: (args: LevelArgs, ctx) => {
    const { level, depth, census, threads } = args;
    if (level < depth) {
      const placement = threads[(level + 1) % threads.length]!;
      ctx.spawn(Level, { ...args, level: level + 1 }, { placement, shutdownMs: 'infinity' });
    }
    census.tell({ type: 'born', level });
    return args;
  },
  handlers: {},
  stopped: ({ census, level }) => void census.tell({ type: 'gone', level }),
});
