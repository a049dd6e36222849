/**
 * Something to look at: customers who buy at tills on two threads, a till that fails now and then, a slow
 * one, an actor that is gone. Shows the option `metrics`, the dashboard and structured logs.
 *
 *     node dist/examples/watched-shop.js                  until Ctrl-C
 *     node dist/examples/watched-shop.js --seconds 5
 *     node dist/examples/watched-shop.js --port 8000      otherwise any port that is free
 */
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import {
  type ActorLog,
  type ActorRef,
  ActorSystem,
  actorLog,
  consoleLogger,
  defineActor,
  logEvents,
  type Request,
} from 'troupe';

const TILLS = 4;
const CUSTOMERS = 100;
const SALE_EVERY_MS = 50;
/** A till thinks for so long about one sale of five hundred. */
const SLOW_MS = 15;

type TillMessage =
  | Request<{ type: 'buy'; item: string; count: number }, number>
  | { type: 'jam' }
  | { type: 'close' };

/** Sells. A jam is a failure: the till begins anew, with nothing sold. */
export const Till = defineActor<TillMessage>()({
  module: import.meta.url,
  name: 'Till',
  init: (_args: undefined, ctx) => ({ sold: 0, log: actorLog(ctx, consoleLogger()) }),
  handlers: {
    buy(state: { sold: number; log: ActorLog }, { count }, ctx) {
      if (ctx.random() < 0.002) {
        const untilMs = ctx.now() + SLOW_MS;
        while (ctx.now() < untilMs);
      }
      state.sold += count;
      if (state.sold % 1000 < count) state.log.info('a thousand more sold', { sold: state.sold });
      return state.sold;
    },
    jam(state) {
      throw new Error(`the drawer is stuck after ${state.sold}`);
    },
    close(_state, _message, ctx) {
      ctx.stop();
    },
  },
});

type CustomerMessage = { type: 'shop' };

/** Buys again and again, at a till it picks anew each time. */
export const Customer = defineActor<CustomerMessage>()({
  module: import.meta.url,
  name: 'Customer',
  turn: 'interleave',
  init: (tills: readonly ActorRef<TillMessage>[], ctx) => {
    ctx.startInterval('shop', SALE_EVERY_MS * (0.5 + ctx.random()), { type: 'shop' });
    return { tills };
  },
  handlers: {
    async shop({ tills }, _message, ctx) {
      const till = tills[Math.floor(ctx.random() * tills.length)]!;
      // A till that is jammed fails its customer's request, which is no reason to go home.
      await ctx.ask(till, { type: 'buy', item: 'tea', count: 1 }).catch(() => {});
    },
  },
});

if (isMainThread) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string' }, port: { type: 'string' } },
  });
  await using system = await ActorSystem.start({
    name: 'shop',
    threads: 2,
    metrics: true,
    supervision: { intensity: 100, periodMs: 1000 },
  });
  logEvents(system.events, consoleLogger());
  const tills = Array.from({ length: TILLS }, (_, i) =>
    system.spawn(Till, undefined, { name: `till-${i}` }),
  );
  const closed = system.spawn(Till, undefined, { name: 'closed' });
  closed.tell({ type: 'close' });
  await system.terminated(closed);
  for (let i = 0; i < CUSTOMERS; i++) system.spawn(Customer, tills, { name: `customer-${i}` });

  const { url } = await system.serveDashboard({ port: Number(values.port ?? 0) });
  console.log(`look at ${url}`);
  const trouble = setInterval(() => {
    tills[Math.floor(Math.random() * TILLS)]!.tell({ type: 'jam' });
    closed.tell({ type: 'jam' });
  }, 1000);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    if (values.seconds !== undefined) setTimeout(resolve, Number(values.seconds) * 1000);
  });
  clearInterval(trouble);
  const { total } = system.metrics();
  console.log(
    `${total.handled} messages handled, ${total.failures} failures, ${total.restarts} restarts`,
  );
}
