import { defineActor, type Request } from 'troupe';
import { type CacheRef, openCache } from 'troupe/actors';
import { inFlight } from './in-flight.js';

export type CacheUserMessage = Request<
  { type: 'start'; cache: CacheRef; count: number; outstanding: number; keyCount: number },
  { readonly startNs: number; readonly endNs: number; readonly sum: number }
>;

/** Gets entries of a cache on another thread, `outstanding` at a time; entry `kN` holds `N + 1`. */
export const CacheUser = defineActor<CacheUserMessage>()({
  module: import.meta.url,
  name: 'CacheUser',
  init: () => null,
  handlers: {
    start: async (_, { cache, count, outstanding, keyCount }, ctx) => {
      const values = openCache<number>(ctx, cache);
      const entries = Array.from({ length: keyCount }, (_, n) => [`k${n}`, n + 1] as const);
      await values.setMany(entries);
      const keys = entries.map(([key]) => key);
      const get = async (i: number): Promise<number> => {
        const value = await values.get(keys[i % keyCount]!);
        return value === (i % keyCount) + 1 ? i + 1 : -1;
      };
      return inFlight(count, outstanding, get);
    },
  },
});
