import { defineActor, type Request } from '../../../runtime/index.js';

export type AlarmMessage =
  /** Arms timers that fire at moments spread over so many milliseconds. */
  | Request<{ type: 'arm'; count: number; withinMs: number }, number>
  | { type: 'rang'; n: number }
  | { type: 'cancel'; count: number }
  | Request<{ type: 'heard' }, AlarmReport>;

export interface AlarmReport {
  readonly count: number;
  /** Timers that fired more than once. */
  readonly again: number;
  /** Timers that fired ahead of their time. */
  readonly early: number;
  readonly latestMs: number;
}

interface AlarmState {
  readonly due: Map<number, number>;
  count: number;
  again: number;
  early: number;
  latestMs: number;
}

/** The wheel may fire within the millisecond before the moment that was asked for. */
const GRAIN_MS = 1;

/** Arms many timers and listens to them. */
export const Alarm = defineActor<AlarmMessage>()({
  module: import.meta.url,
  name: 'Alarm',
  mailbox: { capacity: 2 ** 22 },
  init: (_args: null): AlarmState => ({
    due: new Map(),
    count: 0,
    again: 0,
    early: 0,
    latestMs: 0,
  }),
  handlers: {
    arm: (state, { count, withinMs }, ctx) => {
      for (let n = 0; n < count; n++) {
        const delayMs = 1 + ctx.random() * withinMs;
        state.due.set(n, ctx.now() + delayMs);
        ctx.startTimer(`t${n}`, delayMs, { type: 'rang', n });
      }
      return state.due.size;
    },
    rang: (state, { n }, ctx) => {
      const due = state.due.get(n);
      state.due.delete(n);
      state.count++;
      if (due === undefined) state.again++;
      else if (ctx.now() < due - GRAIN_MS) state.early++;
      else state.latestMs = Math.max(state.latestMs, ctx.now() - due);
    },
    cancel: (state, { count }, ctx) => {
      for (let n = 0; n < count; n++) ctx.cancelTimer(`t${n}`);
      state.due.clear();
    },
    heard: ({ count, again, early, latestMs }) => ({ count, again, early, latestMs }),
  },
});
