import { type ActorRef, defineActor, type Request } from '../../../runtime/index.js';
import type { WitnessMessage } from './witness.js';

export interface PumpArgs {
  /** The number under which it counts. */
  readonly id: number;
  readonly targets: readonly ActorRef<WitnessMessage>[];
  /** Asked for its report all the time; its thread is never ended. */
  readonly peer: ActorRef<WitnessMessage>;
}

export interface PumpReport {
  readonly incarnation: number;
  /** Messages sent to each target. */
  readonly sentCount: number;
  readonly answerCount: number;
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

export type PumpMessage =
  | { type: 'begin' }
  | { type: 'tick' }
  | { type: 'end' }
  | Request<{ type: 'report' }, PumpReport>;

interface PumpState {
  readonly args: PumpArgs;
  sentCount: number;
  answerCount: number;
  readonly failures: string[];
  slowestMs: number;
  isAsking: boolean;
}

const MESSAGES_PER_TICK = 10;

/** Counts towards its targets, ten messages a millisecond, and keeps one question to its peer open. */
export const Pump = defineActor<PumpMessage>()({
  module: import.meta.url,
  name: 'Pump',
  init: (args: PumpArgs): PumpState => ({
    args,
    sentCount: 0,
    answerCount: 0,
    failures: [],
    slowestMs: 0,
    isAsking: false,
  }),
  handlers: {
    begin: (_state, _message, ctx) => ctx.startInterval('tick', 1, { type: 'tick' }),
    tick: (state, _message, ctx) => {
      const { id, targets, peer } = state.args;
      for (let i = 0; i < MESSAGES_PER_TICK; i++) {
        const n = ++state.sentCount;
        for (const target of targets) target.tell({ type: 'count', from: id, n });
      }
      if (state.isAsking) return;
      state.isAsking = true;
      const asked = ctx.now();
      peer.ask({ type: 'report' }).then(
        () => {
          state.isAsking = false;
          state.answerCount++;
          state.slowestMs = Math.max(state.slowestMs, ctx.now() - asked);
        },
        (error: Error) => {
          state.isAsking = false;
          state.failures.push(error.message);
        },
      );
    },
    end: (_state, _message, ctx) => ctx.cancelTimer('tick'),
    report: ({ sentCount, answerCount, failures, slowestMs }, _message, { incarnation }) => ({
      incarnation,
      sentCount,
      answerCount,
      failures: [...failures],
      slowestMs,
    }),
  },
});
