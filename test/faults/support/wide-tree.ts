import { type AnyRef, defineActor, type Request } from '../../../runtime/index.js';

/** Does nothing, as one of many. */
export const Leaf = defineActor<never>()({
  module: import.meta.url,
  name: 'Leaf',
  init: (_args: null) => null,
  handlers: {},
});

export type CrownMessage =
  | Request<{ type: 'grow'; count: number }, number>
  /** Waits for the start of each child, one after the other. */
  | Request<{ type: 'started' }, number>
  /** Stops so many of the first children, one call for each. */
  | Request<{ type: 'prune'; count: number }, number>
  | Request<{ type: 'size' }, number>;

interface CrownState {
  readonly children: AnyRef[];
  readonly threads: readonly number[];
}

/** A supervisor with very many children. */
export const Crown = defineActor<CrownMessage>()({
  module: import.meta.url,
  name: 'Crown',
  init: ({ threads }: { threads: readonly number[] }): CrownState => ({ children: [], threads }),
  handlers: {
    grow: ({ children, threads }, { count }, ctx) => {
      for (let n = 0; n < count; n++) {
        children.push(ctx.spawn(Leaf, null, { placement: threads[n % threads.length]! }));
      }
      return ctx.children.length;
    },
    started: async ({ children }, _message, ctx) => {
      for (const child of children) await ctx.started(child);
      return children.length;
    },
    prune: ({ children }, { count }, ctx) => {
      for (const child of children.splice(0, count)) ctx.stopChild(child);
      return children.length;
    },
    size: (_state, _message, ctx) => ctx.children.length,
  },
});
