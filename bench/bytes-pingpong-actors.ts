import { type ActorRef, defineActor, NO_REPLY, type Request, type Requester } from 'troupe';
import { check, nowNs } from './harness.js';
import { type BytesMessage, makeBytesMessage } from './loads.js';
import type { RoundTrips } from './pingpong-actors.js';

export type BytesPongMessage = BytesMessage | { type: 'from'; ping: ActorRef<BytesMessage> };

/** Sends what comes back to who introduced itself with `from`. */
export const BytesPong = defineActor<BytesPongMessage>()({
  module: import.meta.url,
  name: 'BytesPong',
  init: (): { ping: ActorRef<BytesMessage> | undefined } => ({ ping: undefined }),
  handlers: {
    from(state, { ping }) {
      state.ping = ping;
    },
    bytes(state, { bytes }) {
      state.ping!.tell({ type: 'bytes', bytes });
    },
  },
});

export type BytesPingMessage =
  | BytesMessage
  | Request<
      { type: 'start'; to: ActorRef<BytesPongMessage>; count: number; sizeBytes: number },
      RoundTrips
    >;

interface BytesPingState {
  to: ActorRef<BytesPongMessage> | undefined;
  asker: Requester<RoundTrips> | undefined;
  i: number;
  sizeBytes: number;
  startNs: number;
  sentMs: number;
  latenciesUs: Float64Array;
}

/** Sends fresh bytes one after the other, waits for each to come back, and measures how long that takes. */
export const BytesPing = defineActor<BytesPingMessage>()({
  module: import.meta.url,
  name: 'BytesPing',
  init: (): BytesPingState => ({
    to: undefined,
    asker: undefined,
    i: 0,
    sizeBytes: 0,
    startNs: 0.5,
    sentMs: 0.5,
    latenciesUs: new Float64Array(0),
  }),
  handlers: {
    start(state, { to, count, sizeBytes }, ctx) {
      state.to = to;
      state.asker = ctx.requester();
      state.i = 0;
      state.sizeBytes = sizeBytes;
      state.latenciesUs = new Float64Array(count);
      state.startNs = nowNs();
      to.tell({ type: 'from', ping: ctx.self });
      sendNext(state);
      return NO_REPLY;
    },
    bytes(state, { bytes }) {
      const { i, sizeBytes, latenciesUs } = state;
      latenciesUs[i] = (performance.now() - state.sentMs) * 1e3;
      const isSame = bytes.length === sizeBytes && bytes[1] === (i & 0xff);
      check(isSame, () => `ping ${i} came back as ${bytes.length} bytes, the second ${bytes[1]}`);
      state.i = i + 1;
      if (state.i < latenciesUs.length) {
        sendNext(state);
      } else {
        const elapsedNs = nowNs() - state.startNs;
        state.asker!.reply({ elapsedNs, latenciesUs: latenciesUs.sort() });
      }
    },
  },
});

function sendNext(state: BytesPingState): void {
  const message = makeBytesMessage(state.i, state.sizeBytes);
  state.sentMs = performance.now();
  state.to!.tell(message);
}
