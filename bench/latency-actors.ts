import { type ActorRef, defineActor, type Request } from 'troupe';
import { sendInBursts, sendOnSchedule } from './arrivals.js';
import { check, nowNs } from './harness.js';
import { LatencyHistogram, type LatencySummary } from './latency-histogram.js';
import { sharedNowMs } from './shared-clock.js';

/** A message on its way; `dueMs` is when it should have been sent, by the shared clock. */
export type Arrival = { readonly type: 'arrival'; readonly i: number; readonly dueMs: number };

/** What the receiver understands: `report` tells of all since the last one, and begins anew. */
export type SinkMessage = Arrival | Request<{ type: 'report' }, LatencySummary>;

/** What the sender understands. */
export type SourceMessage =
  | Request<{ type: 'flood'; to: ActorRef<SinkMessage>; count: number; burst: number }, Flooded>
  | Request<
      { type: 'schedule'; to: ActorRef<SinkMessage>; count: number; intervalMs: number },
      LatencySummary
    >;

/** How long it took to send and handle all, as fast as it goes. */
export interface Flooded {
  readonly elapsedNs: number;
  /** Messages that the receiver has counted. */
  readonly count: number;
}

/** Room for all that a stall of seconds lets pile up. */
export const BACKLOG = 2 ** 22;

/** Takes the latency of each message from the time it should have been sent, and checks their order. */
export const Sink = defineActor<SinkMessage>()({
  module: import.meta.url,
  name: 'Sink',
  mailbox: { capacity: BACKLOG, overflow: 'wait' },
  init: () => ({ next: 0, histogram: new LatencyHistogram() }),
  handlers: {
    arrival(state, { i, dueMs }) {
      check(i === state.next, () => `message ${i} came in place of ${state.next}`);
      state.next++;
      state.histogram.record(Math.max(0, (sharedNowMs() - dueMs) * 1e3));
    },
    report({ histogram }) {
      const summary = histogram.summary();
      histogram.clear();
      return summary;
    },
  },
});

/** Sends as fast as it goes, or on a schedule. */
export const Source = defineActor<SourceMessage>()({
  module: import.meta.url,
  name: 'Source',
  init: () => ({ sent: 0 }),
  handlers: {
    async flood(state, { to, count, burst }) {
      const first = state.sent;
      state.sent += count;
      let counted = 0;
      const startNs = nowNs();
      await sendInBursts(
        count,
        burst,
        (i) => to.tell({ type: 'arrival', i: first + i, dueMs: sharedNowMs() }),
        async () => {
          const { count: more } = await to.ask({ type: 'report' });
          counted += more;
        },
      );
      return { elapsedNs: nowNs() - startNs, count: counted };
    },
    async schedule(state, { to, count, intervalMs }) {
      const first = state.sent;
      state.sent += count;
      await sendOnSchedule(count, intervalMs, (i, dueMs) =>
        to.tell({ type: 'arrival', i: first + i, dueMs }),
      );
      return to.ask({ type: 'report' });
    },
  },
});
