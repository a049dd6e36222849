import { type ActorRef, defineActor, NO_REPLY, type Request, type Requester } from 'troupe';
import { nowNs } from './harness.js';
import { type IncMessage, makeInt } from './loads.js';

/** What the actors of one crowd have in common; passed by reference on their thread. */
export interface CrowdPlan {
  /** Gets the sum of each actor. */
  readonly collector: ActorRef<IncMessage>;
  /** Messages to each actor in a round. */
  readonly each: number;
}

/** One of many: adds up, and passes its sum on after as many messages as the plan says. */
export const Member = defineActor<IncMessage>()({
  module: import.meta.url,
  name: 'Member',
  init: (plan: CrowdPlan) => ({ plan, left: plan.each, sum: 0 }),
  handlers: {
    inc(state, message) {
      state.sum += message.n;
      if (--state.left > 0) return;
      state.plan.collector.tell(makeInt(state.sum));
      state.left = state.plan.each;
      state.sum = 0;
    },
  },
});

export type CrierMessage =
  | Request<{ type: 'gather'; members: number; plan: CrowdPlan }, number>
  | Request<{ type: 'start'; count: number; burst: number }, { readonly startNs: number }>
  | { type: 'burst' };

interface CrierState {
  readonly members: ActorRef<IncMessage>[];
  count: number;
  burst: number;
  sent: number;
  /** Index of the member whose turn it is. */
  next: number;
  startNs: number;
  asker: Requester<{ readonly startNs: number }> | undefined;
}

/** Members made before others on the thread have their turn. */
const GATHER_BURST = 1000;

/**
 * Has a crowd of members and tells them integers, each in its turn. In bursts, with a message to itself and
 * an `await` in between, which lets the members have their turn.
 */
export const Crier = defineActor<CrierMessage>()({
  module: import.meta.url,
  name: 'Crier',
  init: (): CrierState => ({
    members: [],
    count: 0,
    burst: 0,
    sent: 0,
    next: 0,
    startNs: 0.5,
    asker: undefined,
  }),
  handlers: {
    async gather(state, { members, plan }, ctx) {
      while (state.members.length < members) {
        state.members.push(ctx.spawn(Member, plan));
        if (state.members.length % GATHER_BURST === 0) await null;
      }
      await ctx.started(state.members[members - 1]!);
      return state.members.length;
    },
    start(state, { count, burst }, ctx) {
      state.count = count;
      state.burst = burst;
      state.sent = 0;
      state.next = 0;
      state.asker = ctx.requester();
      state.startNs = nowNs();
      ctx.self.tell({ type: 'burst' });
      return NO_REPLY;
    },
    async burst(state, _, ctx) {
      const { members, count, burst } = state;
      let { next } = state;
      const end = Math.min(state.sent + burst, count);
      for (let i = state.sent; i < end; i++) {
        members[next]!.tell(makeInt(i));
        next = next + 1 === members.length ? 0 : next + 1;
      }
      state.next = next;
      state.sent = end;
      await null;
      if (end < count) ctx.self.tell({ type: 'burst' });
      else state.asker!.reply({ startNs: state.startNs });
    },
  },
});
