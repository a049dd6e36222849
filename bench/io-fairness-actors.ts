import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ActorRef, defineActor, type Request } from 'troupe';
import { LatencyHistogram, type LatencySummary } from './latency-histogram.js';

/** What the actor understands that does I/O on the thread under load. */
export type ProbeMessage =
  | Request<{ type: 'timers'; count: number }, LatencySummary>
  | Request<{ type: 'listen' }, number>
  | Request<{ type: 'close' }, true>;

const TIMER_MS = 1;
/** What the server answers. */
export const ANSWER = 'fair';

interface ProbeState {
  server: Server | undefined;
}

/** Waits for timers of Node, one after the other, and serves HTTP. */
export const Probe = defineActor<ProbeMessage>()({
  module: import.meta.url,
  name: 'Probe',
  init: (): ProbeState => ({ server: undefined }),
  handlers: {
    async timers(_, { count }) {
      const lateness = new LatencyHistogram();
      for (let i = 0; i < count; i++) {
        const startMs = performance.now();
        await delay(TIMER_MS);
        // Node's timers count whole milliseconds, so that one can fire a little early.
        lateness.record(Math.max(0, performance.now() - startMs - TIMER_MS) * 1e3);
      }
      return lateness.summary();
    },
    async listen(state) {
      const server = createServer((_, response) => response.end(ANSWER));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      state.server = server;
      return (server.address() as AddressInfo).port;
    },
    async close(state) {
      state.server!.closeAllConnections();
      state.server!.close();
      await once(state.server!, 'close');
      return true as const;
    },
  },
});

/** What the actors understand that are the load. */
export type ChurnMessage =
  | { type: 'start'; to: ActorRef<ChurnMessage> }
  | { type: 'work' }
  | Request<{ type: 'halt' }, number>;

interface ChurnState {
  to: ActorRef<ChurnMessage> | undefined;
  handled: number;
}

/** Messages that are under way for each of them. */
const CHURN_WIDTH = 100;

/** Sends a message on for each that comes, until it is told to halt; answers how many came. */
export const Churn = defineActor<ChurnMessage>()({
  module: import.meta.url,
  name: 'Churn',
  init: (): ChurnState => ({ to: undefined, handled: 0 }),
  handlers: {
    start(state, { to }) {
      state.to = to;
      state.handled = 0;
      for (let i = 0; i < CHURN_WIDTH; i++) to.tell({ type: 'work' });
    },
    work(state) {
      state.handled++;
      state.to?.tell({ type: 'work' });
    },
    halt(state) {
      state.to = undefined;
      return state.handled;
    },
  },
});
