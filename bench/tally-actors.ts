import {
  type ActorRef,
  type Context,
  type Definition,
  defineActor,
  type Message,
  type Request,
} from 'troupe';
import { sendInBursts } from './arrivals.js';
import { nowNs } from './harness.js';
import { type IncMessage, makeInt } from './loads.js';

/** What has been handled so far: how many messages, and the sum of their numbers. */
export interface TallyReport {
  readonly count: number;
  readonly sum: number;
}

/** What a counting actor understands: `mark` is answered after all that was sent before is handled. */
export type TallyMessage = IncMessage | Request<{ type: 'mark' }, TallyReport>;

interface TallyState {
  count: number;
  sum: number;
}

function newTally(): TallyState {
  return { count: 0, sum: 0 };
}

function add(state: TallyState, message: IncMessage): void {
  state.count++;
  state.sum += message.n;
}

function report({ count, sum }: TallyState): TallyReport {
  return { count, sum };
}

/** Adds numbers up, with no feature beside the defaults. */
export const Tally = defineActor<TallyMessage>()({
  module: import.meta.url,
  name: 'Tally',
  init: newTally,
  handlers: { inc: add, mark: report },
});

/** The same with a handler that is async, and awaits nothing. */
export const AsyncTally = defineActor<TallyMessage>()({
  module: import.meta.url,
  name: 'AsyncTally',
  init: newTally,
  handlers: {
    inc: async (state, message) => add(state, message),
    mark: report,
  },
});

/** The same with a mailbox that asks for the priority of each message; all are equal. */
export const PriorityTally = defineActor<TallyMessage>()({
  module: import.meta.url,
  name: 'PriorityTally',
  mailbox: { priority: () => 1 },
  init: newTally,
  handlers: { inc: add, mark: report },
});

/** Messages put aside before they are handled. */
const STASH_COUNT = 256;

interface StashState extends TallyState {
  stashed: number;
}

/** Puts the message in hand aside; when it is the last of its kind, brings all back to be handled. */
function putAside(state: StashState, ctx: Context<TallyMessage>, isLast: boolean) {
  state.stashed++;
  const outcome = ctx.stash();
  if (isLast) {
    ctx.unstashAll();
    ctx.become('replaying');
  }
  return outcome;
}

function replayed(state: StashState, ctx: Context<TallyMessage>): void {
  if (--state.stashed === 0) ctx.become('default');
}

/** The same, but each message goes through the stash once, 256 at a time or up to a `mark`. */
export const StashingTally = defineActor<TallyMessage>()({
  module: import.meta.url,
  name: 'StashingTally',
  init: (): StashState => ({ count: 0, sum: 0, stashed: 0 }),
  handlers: {
    inc: (state, _, ctx) => {
      putAside(state, ctx, state.stashed === STASH_COUNT - 1);
    },
    mark: (state, _, ctx) => putAside(state, ctx as Context<TallyMessage>, true),
  },
  behaviors: {
    replaying: {
      inc(state, message, ctx) {
        add(state, message);
        replayed(state, ctx);
      },
      mark(state, _, ctx) {
        replayed(state, ctx as Context<TallyMessage>);
        return report(state);
      },
    },
  },
});

/** Asks for the tally at the bottom of a tower of supervisors. */
export type NestMessage = Request<{ type: 'bottom' }, ActorRef<TallyMessage>>;

/** A supervisor with one child: another one, or at the bottom a tally. */
export const Nest: Definition<NestMessage, { depth: number }> = defineActor<NestMessage>()({
  module: import.meta.url,
  name: 'Nest',
  init: ({ depth }: { depth: number }, ctx) => {
    const below: ActorRef<NestMessage> | undefined =
      depth > 1 ? ctx.spawn(Nest, { depth: depth - 1 }) : undefined;
    return { below, tally: below === undefined ? ctx.spawn(Tally, undefined) : undefined };
  },
  handlers: {
    bottom: ({ below, tally }) => tally ?? below!.ask({ type: 'bottom' }),
  },
});

/** Watches another actor, and does nothing else. */
export const Watcher = defineActor<Message>()({
  module: import.meta.url,
  name: 'Watcher',
  init: ({ of }: { of: ActorRef<TallyMessage> }, ctx) => {
    ctx.watch(of);
  },
  handlers: {},
  terminated() {},
});

/** How long it took until all was handled, and the tally after it. */
export interface Poured extends TallyReport {
  readonly elapsedNs: number;
}

/** Sends the numbers from 0 to before `count`. */
export type PourMessage = Request<
  { type: 'pour'; to: ActorRef<TallyMessage>; count: number; burst: number },
  Poured
>;

/** Sends numbers as fast as they are handled: never more than two bursts ahead. */
export const Pourer = defineActor<PourMessage>()({
  module: import.meta.url,
  name: 'Pourer',
  init: () => ({}),
  handlers: {
    async pour(_, { to, count, burst }) {
      const startNs = nowNs();
      const tally = await sendInBursts(
        count,
        burst,
        (i) => to.tell(makeInt(i)),
        () => to.ask({ type: 'mark' }),
      );
      return { elapsedNs: nowNs() - startNs, ...tally };
    },
  },
});
