import t from 'tap';
import {
  type ActorRef,
  type AnyRef,
  childSpec,
  defineActor,
  defineJob,
  defineSupervisor,
  NO_REPLY,
  type ReplyOf,
  type Request,
  type Requester,
} from '../../runtime/index.js';
import { startSystem } from '../support/system.js';

/*
 * Promises about types: each `@ts-expect-error` is a compile error when the line under it compiles. The
 * functions that hold them are never called, but for what the last tests run.
 */

type ShopMessage =
  | { type: 'add'; item: string; price: number }
  | { type: 'clear' }
  | Request<{ type: 'total' }, number>
  | Request<{ type: 'find'; item: string }, { price: number } | undefined>;

interface ShopState {
  readonly prices: Map<string, number>;
}

export const Shop = defineActor<ShopMessage>()({
  module: import.meta.url,
  name: 'Shop',
  init: (args: { currency: string }): ShopState => ({ prices: new Map([[args.currency, 0]]) }),
  handlers: {
    add(state, { item, price }) {
      state.prices.set(item, price);
    },
    clear: (state) => state.prices.clear(),
    total: (state) => [...state.prices.values()].reduce((sum, price) => sum + price, 0),
    find: async (state, { item }) => {
      const price = state.prices.get(item);
      return price === undefined ? undefined : { price };
    },
  },
});

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only for types that are the same; says so at run time too. */
const same = <A, B>(..._proof: Equal<A, B> extends true ? [] : [never]): true => true;

export function tells(shop: ActorRef<ShopMessage>): void {
  shop.tell({ type: 'add', item: 'tea', price: 3 });
  shop.tell({ type: 'clear' });
  // @ts-expect-error no such message
  shop.tell({ type: 'remove' });
  // @ts-expect-error a field is missing
  shop.tell({ type: 'add', item: 'tea' });
  // @ts-expect-error a field of the wrong type
  shop.tell({ type: 'add', item: 'tea', price: '3' });
  // @ts-expect-error a field too many
  shop.tell({ type: 'clear', now: true });
  // @ts-expect-error a request is asked, not told
  shop.tell({ type: 'total' });
  // @ts-expect-error a request is asked, not sent
  void shop.send({ type: 'total' });
  void (shop.send({ type: 'clear' }) satisfies Promise<void>);
}

export async function asks(shop: ActorRef<ShopMessage>): Promise<void> {
  const total = await shop.ask({ type: 'total' }, { timeoutMs: 500 });
  same<typeof total, number>();
  const found = await shop.ask({ type: 'find', item: 'tea' });
  same<typeof found, { price: number } | undefined>();
  // @ts-expect-error a message that is not answered is told, not asked
  void shop.ask({ type: 'clear' });
  // @ts-expect-error the reply is a number
  const wrong: string = await shop.ask({ type: 'total' });
  // @ts-expect-error a field is missing
  void shop.ask({ type: 'find' });
  // @ts-expect-error an option of the wrong type
  void shop.ask({ type: 'total' }, { timeoutMs: '500' });
  same<ReplyOf<Extract<ShopMessage, { type: 'total' }>>, number>();
  same<ReplyOf<Extract<ShopMessage, { type: 'clear' }>>, void>();
  void wrong;
}

export function anyRefs(shop: ActorRef<ShopMessage>, other: ActorRef<{ type: 'other' }>): void {
  const any: AnyRef = shop;
  // @ts-expect-error nothing can be sent through a reference of any protocol
  any.tell({ type: 'clear' });
  // @ts-expect-error the protocols are not the same
  const mixed: ActorRef<ShopMessage> = other;
  // A reference that takes more is one that takes less.
  const less: ActorRef<{ type: 'clear' } | Request<{ type: 'total' }, number>> = shop;
  const told: ActorRef<{ type: 'clear' }> = less;
  // @ts-expect-error and not the other way round
  const more: ActorRef<ShopMessage> = less;
  // @ts-expect-error nor for a field that is wanted
  const field: ActorRef<{ type: 'add'; item: string }> = shop;
  void [mixed, told, more, field];
}

export function handlers(): void {
  defineActor<ShopMessage>()({
    module: import.meta.url,
    name: 'Missing',
    init: () => null,
    // @ts-expect-error the handler of `find` is missing
    handlers: { add() {}, clear() {}, total: () => 1 },
  });
  defineActor<ShopMessage>()({
    module: import.meta.url,
    name: 'WrongReply',
    init: () => null,
    handlers: {
      add() {},
      clear() {},
      // @ts-expect-error the reply is a number
      total: () => 'much',
      // @ts-expect-error the reply is an object or undefined, also when it comes late
      find: async () => 3,
    },
  });
  defineActor<ShopMessage>()({
    module: import.meta.url,
    name: 'NoAnswer',
    init: () => null,
    handlers: {
      add() {},
      clear() {},
      // @ts-expect-error a request that is not answered says NO_REPLY
      total: () => {},
      find: () => NO_REPLY,
    },
  });
  defineActor<ShopMessage>()({
    module: import.meta.url,
    name: 'WrongField',
    init: () => ({ n: 0 }),
    handlers: {
      // @ts-expect-error no such field
      add: (_state, { amount }) => void amount,
      // @ts-expect-error no such state
      clear: (state) => void state.m,
      total: (state) => state.n,
      find: (_state, { item }) => ({ price: item.length }),
    },
  });
}

export function contexts(shop: ActorRef<ShopMessage>): void {
  type Mine =
    | { type: 'start' }
    | Request<{ type: 'sum' }, number>
    | Request<{ type: 'later' }, string>;
  defineActor<Mine>()({
    module: import.meta.url,
    name: 'Mine',
    init: (_args: undefined, ctx) => {
      ctx.self.tell({ type: 'start' });
      // @ts-expect-error not a message of this actor
      ctx.self.tell({ type: 'add' });
      return { waiting: null as Requester<string> | null };
    },
    handlers: {
      async start(_state, _message, ctx) {
        const total = await ctx.ask(shop, { type: 'total' });
        same<typeof total, number>();
        // @ts-expect-error a message that is not answered
        void ctx.ask(shop, { type: 'clear' });
        // @ts-expect-error a timer sends a message of this actor
        ctx.startTimer('t', 1, { type: 'clear' });
        // @ts-expect-error a timer tells: a request is for asking
        ctx.startTimer('t', 1, { type: 'sum' });
        // @ts-expect-error so does a watch
        ctx.watch(shop, { type: 'clear' });
        const child = ctx.spawn(Shop, { currency: 'EUR' });
        same<typeof child, ActorRef<ShopMessage>>();
        // @ts-expect-error arguments of the wrong type
        ctx.spawn(Shop, { currency: 3 });
      },
      sum: (_state, _message, ctx) => ctx.forward(shop, { type: 'total' }),
      later: (state, _message, ctx) => {
        const requester = ctx.requester();
        same<typeof requester, Requester<string>>();
        state.waiting = requester;
        requester.reply('done');
        // @ts-expect-error the reply is a string
        requester.reply(3);
        // @ts-expect-error no such message there
        ctx.forward(shop, { type: 'remove' });
        // @ts-expect-error the message in hand is none of the shop's
        ctx.forward(shop);
        return NO_REPLY;
      },
    },
  });
  defineActor<Mine>()({
    module: import.meta.url,
    name: 'Turncoat',
    init: () => null,
    handlers: { start() {}, sum: () => 1, later: () => 'later' },
    // @ts-expect-error a behaviour handles messages of the protocol only
    behaviors: { other: { no: () => {} } },
  });
}

export function specs(): void {
  childSpec(Shop, { currency: 'EUR' }, { restart: 'permanent' });
  // @ts-expect-error arguments of the wrong type
  childSpec(Shop, { currency: 3 });
  // @ts-expect-error arguments are missing
  childSpec(Shop);
  // @ts-expect-error no such restart type
  childSpec(Shop, { currency: 'EUR' }, { restart: 'always' });
  defineSupervisor({
    module: import.meta.url,
    name: 'Mall',
    // @ts-expect-error no such strategy
    strategy: 'all-for-one',
    children: () => [childSpec(Shop, { currency: 'EUR' })],
  });
  const job = defineJob({ module: import.meta.url, name: 'job', run: (n: number) => String(n) });
  return void job;
}

export async function systems(system: Awaited<ReturnType<typeof startSystem>>): Promise<void> {
  const shop = system.spawn(Shop, { currency: 'EUR' }, { placement: 'spread' });
  same<typeof shop, ActorRef<ShopMessage>>();
  // @ts-expect-error arguments of the wrong type
  system.spawn(Shop, { currency: 3 });
  // @ts-expect-error an argument too many
  system.spawn(Shop, { currency: 'EUR', tax: 3 });
  // @ts-expect-error no such placement
  system.spawn(Shop, { currency: 'EUR' }, { placement: 'nowhere' });
  // @ts-expect-error no such policy
  system.spawn(Shop, { currency: 'EUR' }, { mailbox: { overflow: 'block' } });
  // @ts-expect-error no such routing
  system.spawnPool(Shop, { currency: 'EUR' }, { size: 2, routing: 'random' });
  // @ts-expect-error no such event
  system.events.on('no-such-event', () => {});
  const job = defineJob({ module: import.meta.url, name: 'job', run: (n: number) => String(n) });
  const text = await system.offload(job, 3);
  same<typeof text, string>();
  // @ts-expect-error arguments of the wrong type
  void system.offload(job, 'three');
}

t.test('the reply type of an ask is inferred: what compiles also runs', async (t) => {
  // On this thread: another one would import this file, and run its tests.
  const system = await startSystem(t, { threads: 0 });
  const shop = system.spawn(Shop, { currency: 'EUR' });
  shop.tell({ type: 'add', item: 'tea', price: 3 });
  const total: number = await shop.ask({ type: 'total' });
  t.equal(total, 3);
  t.same(await shop.ask({ type: 'find', item: 'tea' }), { price: 3 });
  t.equal(await shop.ask({ type: 'find', item: 'ink' }), undefined);
  t.equal(same<typeof total, number>(), true);
});
