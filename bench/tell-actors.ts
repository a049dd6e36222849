import {
  type ActorRef,
  type ActorSpec,
  defineActor,
  type Message,
  NO_REPLY,
  type NoReply,
  type Request,
  type Requester,
  type TellOptions,
} from 'troupe';
import { nowNs } from './harness.js';
import {
  type BytesMessage,
  type IncMessage,
  makeBytesMessage,
  makeInt,
  makeOne,
  makePooledMessage,
  makeReading,
  type ReadingMessage,
} from './loads.js';

/** What a receiver answers when it has handled all it was to expect. */
export interface Received {
  readonly endNs: number;
  readonly sum: number;
}

/** Said to a receiver before the work: answered when `count` messages have been handled. */
export type Expect = Request<{ type: 'expect'; count: number }, Received>;

/** The protocol of a receiver of messages `M`. */
export type Receiver<M extends Message> = M | Expect;

interface ReceiverState {
  /** Messages still to come; negative for those that came before it was said how many to expect. */
  left: number;
  sum: number;
  asker: Requester<Received> | undefined;
}

/** Far more room than two bursts of every sender need: nothing is refused, and `send` would wait. */
const MAILBOX = { capacity: 2 ** 20, overflow: 'wait' } as const;

function newReceiver(): ReceiverState {
  return { left: 0, sum: 0, asker: undefined };
}

function expect(state: ReceiverState, count: number, asker: Requester<Received>): NoReply {
  state.left += count;
  state.asker = asker;
  if (state.left === 0) finish(state);
  return NO_REPLY;
}

function add(state: ReceiverState, value: number): void {
  state.sum += value;
  if (--state.left === 0) finish(state);
}

function finish(state: ReceiverState): void {
  state.asker!.reply({ endNs: nowNs(), sum: state.sum });
  state.sum = 0;
}

/** Receives integers and adds them up. */
export const Counter = defineActor<Receiver<IncMessage>>()({
  module: import.meta.url,
  name: 'Counter',
  mailbox: MAILBOX,
  init: newReceiver,
  handlers: {
    expect: (state, { count }, ctx) => expect(state, count, ctx.requester()),
    inc: (state, message) => add(state, message.n),
  },
});

/** Receives small objects and adds their values up. */
export const ReadingSink = defineActor<Receiver<ReadingMessage>>()({
  module: import.meta.url,
  name: 'ReadingSink',
  mailbox: MAILBOX,
  init: newReceiver,
  handlers: {
    expect: (state, { count }, ctx) => expect(state, count, ctx.requester()),
    inc: (state, message) => add(state, message.value),
  },
});

/** Receives bytes and adds the first of each up. */
export const BytesSink = defineActor<Receiver<BytesMessage>>()({
  module: import.meta.url,
  name: 'BytesSink',
  mailbox: MAILBOX,
  init: newReceiver,
  handlers: {
    expect: (state, { count }, ctx) => expect(state, count, ctx.requester()),
    bytes: (state, message) => add(state, message.bytes[0]!),
  },
});

/** What a sender is to do. */
export interface Work {
  /** The receiver, as one that takes what this sender makes. */
  readonly to: ActorRef<Message>;
  readonly count: number;
  /** Messages sent before others on the thread have their turn. */
  readonly burst: number;
  /** Size of a load that has one, in bytes. */
  readonly sizeBytes: number;
}

/** When a sender began. */
export interface Sent {
  readonly startNs: number;
}

/** The protocol of a sender: `start` is answered when all lies in the receiver's mailbox. */
export type SenderMessage = Request<{ type: 'start'; work: Work }, Sent> | { type: 'burst' };

interface SenderState {
  work: Work | undefined;
  sent: number;
  startNs: number;
  /** Resolves when the burst before this one lies in the receiver's mailbox. */
  admitted: Promise<void> | undefined;
  asker: Requester<Sent> | undefined;
}

/**
 * A sender of messages that `make` makes: in bursts, with a message to itself in between. The last
 * message of a burst is sent with `send`, and awaited one burst later: so the sender is never more
 * than two bursts ahead of the receiver's mailbox, and seldom waits for a round trip.
 * @param handOver what changes hands with a message, for senders that copy nothing
 */
function sender(
  name: string,
  make: (i: number, sizeBytes: number) => Message,
  handOver?: (message: Message) => TellOptions,
): ActorSpec<SenderMessage, unknown, SenderState> {
  return {
    module: import.meta.url,
    name,
    init: () => ({
      work: undefined,
      sent: 0,
      startNs: 0.5,
      admitted: undefined,
      asker: undefined,
    }),
    handlers: {
      start(state, { work }, ctx) {
        state.work = work;
        state.sent = 0;
        state.admitted = undefined;
        state.asker = ctx.requester();
        state.startNs = nowNs();
        ctx.self.tell({ type: 'burst' });
        return NO_REPLY;
      },
      async burst(state, _, ctx) {
        const { to, count, burst, sizeBytes } = state.work!;
        const last = Math.min(state.sent + burst, count) - 1;
        if (handOver === undefined) {
          for (let i = state.sent; i < last; i++) to.tell(make(i, sizeBytes));
        } else {
          for (let i = state.sent; i < last; i++) {
            const message = make(i, sizeBytes);
            to.tell(message, handOver(message));
          }
        }
        const before = state.admitted;
        const final = make(last, sizeBytes);
        state.admitted = to.send(final, handOver?.(final));
        state.sent = last + 1;
        await before;
        if (state.sent < count) {
          ctx.self.tell({ type: 'burst' });
        } else {
          await state.admitted;
          state.asker!.reply({ startNs: state.startNs });
        }
      },
    },
  };
}

export const OneSender = defineActor<SenderMessage>()(sender('OneSender', makeOne));
export const IntSender = defineActor<SenderMessage>()(sender('IntSender', makeInt));
export const ReadingSender = defineActor<SenderMessage>()(sender('ReadingSender', makeReading));
export const BytesSender = defineActor<SenderMessage>()(sender('BytesSender', makeBytesMessage));
export const PooledSender = defineActor<SenderMessage>()(sender('PooledSender', makePooledMessage));
export const TransferSender = defineActor<SenderMessage>()(
  sender('TransferSender', makeBytesMessage, (message) => ({
    transfer: [(message as BytesMessage).bytes.buffer as ArrayBuffer],
  })),
);
