import { judgeStream, SECOND } from './history.js';
import { type Exploration, explore } from './interleaver.js';
import { type Parts, REAL_PARTS, RingArena } from './ring-scenario.js';
import {
  type ReceiverOptions,
  receiver,
  type SenderFault,
  type SenderOptions,
  sender,
} from './stream-programs.js';

/** A stream from one thread to another. */
export interface StreamOptions {
  readonly parts?: Parts;
  /** Where both positions of the ring stand at the start. */
  readonly start: number;
  readonly lengths: readonly number[];
  readonly batch?: number;
  readonly senderFault?: SenderFault;
  readonly receiving?: Omit<ReceiverOptions, 'last'>;
  /** Lengths of what a second sender sends when the first one has died; it may not die by default. */
  readonly second?: readonly number[];
  /** True when the receiver may die. */
  readonly receiverDies?: boolean;
  readonly tells?: boolean;
  readonly merges?: boolean;
}

/** Explores all schedules of a stream. */
export function exploreStream(options: StreamOptions): Exploration {
  const { parts = REAL_PARTS, start, lengths, batch = 1, senderFault: fault, second } = options;
  const { receiving, receiverDies = false, tells = true, merges = true } = options;
  const world = new RingArena([start], ['sender', 'receiver']);
  const serves = second !== undefined || receiverDies;
  const last = serves ? Number.POSITIVE_INFINITY : lengths.length - 1;
  const receive = receiver(world, parts, { ...receiving, last });
  const sending: SenderOptions = { lengths, batch, fault };
  const resume =
    second === undefined
      ? {}
      : { successor: sender(world, parts, { lengths: second, batch, first: SECOND }) };
  const count = serves ? 0 : lengths.length;
  return explore({
    arena: world.arena,
    atomics: world.atomics,
    tells,
    merges,
    threads: [
      { name: 'sender', program: sender(world, parts, sending), ...resume },
      { name: 'receiver', program: receive, serves, ...(receiverDies && { successor: receive }) },
    ],
    judge: (history) => judgeStream(history, receiverDies, count),
  });
}
