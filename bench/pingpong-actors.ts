import { type ActorRef, defineActor, NO_REPLY, type Request, type Requester } from 'troupe';
import { check, nowNs } from './harness.js';

/** An integer on its way there or back. */
export type PongMessage = { type: 'ping'; i: number; from: ActorRef<PingMessage> } | IntPing;
type IntPing = { type: 'int'; i: number };

/** What a row of round trips took; latencies in microseconds, sorted, when they were asked for. */
export interface RoundTrips {
  readonly elapsedNs: number;
  readonly latenciesUs: Float64Array;
}

export type PingMessage =
  | Request<
      {
        type: 'start';
        to: ActorRef<PongMessage>;
        count: number;
        timed: boolean;
      },
      RoundTrips
    >
  | { type: 'pong'; i: number };

interface PongState {
  from: ActorRef<PingMessage> | undefined;
}

/** Sends each integer back to who introduced itself with a first `ping`. */
export const Pong = defineActor<PongMessage>()({
  module: import.meta.url,
  name: 'Pong',
  init: (): PongState => ({ from: undefined }),
  handlers: {
    ping(state, { i, from }) {
      state.from = from;
      from.tell({ type: 'pong', i });
    },
    int(state, message) {
      state.from!.tell({ type: 'pong', i: message.i });
    },
  },
});

interface PingState {
  to: ActorRef<PongMessage> | undefined;
  asker: Requester<RoundTrips> | undefined;
  i: number;
  count: number;
  startNs: number;
  sentMs: number;
  /** Empty when latencies are not asked for. */
  latenciesUs: Float64Array;
}

/** Sends integers one after the other and waits for each to come back. */
export const Ping = defineActor<PingMessage>()({
  module: import.meta.url,
  name: 'Ping',
  init: (): PingState => ({
    to: undefined,
    asker: undefined,
    i: 0,
    count: 0,
    startNs: 0.5,
    sentMs: 0.5,
    latenciesUs: new Float64Array(0),
  }),
  handlers: {
    start(state, { to, count, timed }, ctx) {
      state.to = to;
      state.asker = ctx.requester();
      state.i = 0;
      state.count = count;
      state.latenciesUs = new Float64Array(timed ? count : 0);
      state.startNs = nowNs();
      state.sentMs = performance.now();
      to.tell({ type: 'ping', i: 0, from: ctx.self });
      return NO_REPLY;
    },
    pong(state, message) {
      const { latenciesUs, i } = state;
      if (latenciesUs.length > 0) latenciesUs[i] = (performance.now() - state.sentMs) * 1e3;
      check(message.i === i, () => `ping ${i} came back as ${message.i}`);
      state.i = i + 1;
      if (state.i < state.count) {
        if (latenciesUs.length > 0) state.sentMs = performance.now();
        state.to!.tell({ type: 'int', i: state.i });
      } else {
        state.asker!.reply({
          elapsedNs: nowNs() - state.startNs,
          latenciesUs: latenciesUs.sort(),
        });
      }
    },
  },
});
