/**
 * Equal workers behind one reference. Shows a pool by consistent hash, where each key has its worker and so
 * its state has one owner, a pool by round robin, and that the worker itself answers the asker.
 */
import { isMainThread } from 'node:worker_threads';
import { ActorSystem, defineActor, type Request } from 'troupe';

type BasketMessage = Request<{ type: 'put'; customer: string; item: string }, Basket>;

interface Basket {
  readonly worker: string;
  readonly items: readonly string[];
}

export const Baskets = defineActor<BasketMessage>()({
  module: import.meta.url,
  name: 'Baskets',
  init: () => new Map<string, string[]>(),
  handlers: {
    put(baskets, { customer, item }, ctx) {
      const items = [...(baskets.get(customer) ?? []), item];
      baskets.set(customer, items);
      return { worker: ctx.path.split('/').at(-1)!, items };
    },
  },
});

if (isMainThread) {
  await using system = await ActorSystem.start({ threads: 2 });
  const put = [
    ['ada', 'tea'],
    ['grace', 'bread'],
    ['ada', 'milk'],
    ['edsger', 'salt'],
    ['grace', 'jam'],
    ['ada', 'honey'],
  ] as const;
  for (const routing of ['consistent-hash', 'round-robin'] as const) {
    const pool = system.spawnPool(Baskets, undefined, {
      name: routing,
      size: 4,
      routing,
      key: 'customer',
    });
    console.log(`${routing}:`);
    for (const [customer, item] of put) {
      const { worker, items } = await pool.ask({ type: 'put', customer, item });
      console.log(`  ${worker} has for ${customer}: ${items.join(', ')}`);
    }
  }
}
