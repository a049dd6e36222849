import { defineActor, type Request } from 'troupe';
import { type CacheRef, openCache } from 'troupe/actors';
import { ENTRIES, getInTurn } from './cross-gets.js';

export type CacheUserMessage = Request<
  { type: 'start'; cache: CacheRef; count: number },
  { readonly startNs: number; readonly endNs: number; readonly sum: number }
>;

/** Gets entries of a cache on another thread. */
export const CacheUser = defineActor<CacheUserMessage>()({
  module: import.meta.url,
  name: 'CacheUser',
  init: () => null,
  handlers: {
    start: async (_, { cache, count }, ctx) => {
      const values = openCache<number>(ctx, cache);
      await values.setMany(ENTRIES);
      return getInTurn(count, (key) => values.get(key));
    },
  },
});
