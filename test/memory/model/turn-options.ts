/** A ring as one of its ends knows it: its index, and the bell of the thread at the other end. */
export interface Channel {
  readonly ring: number;
  readonly otherBell: number;
}

/** What one thread reads and sends, and how it is driven. */
export interface TurnOptions {
  readonly bell: number;
  readonly reads?: readonly Channel[];
  readonly sends?: readonly (Channel & { readonly lengths: readonly number[] })[];
  /** What it sends is given to it one by one, from outside, each at any time. Default: it has all. */
  readonly isGiven?: boolean;
  /** A timer may end any sleep; the waiter of that sleep is then kept for the next ones. */
  readonly hasTimers?: boolean;
  /** A turn that found something is followed by a round of the event loop, not by a microtask. */
  readonly yields?: boolean;
  /**
   * It polls before it parks. How often that has paid is held by an object within the loop, which a mark
   * does not see: such threads are explored without merging.
   */
  readonly polls?: boolean;
  /** It polls for so long that the event loop has a round in between. Default: for one reading of the clock. */
  readonly pollsLong?: boolean;
  /** It stops when it has read so many records and sent all that it was given. */
  readonly stopsAfter?: number;
  /** Somebody stops it, at any time. */
  readonly isStopped?: boolean;
  /** Each turn looks whether its own bell is still announced. The look orders more than the real code does. */
  readonly checksBell?: boolean;
  readonly fault?: TurnFault;
}

/** Something that is left out of a turn, or of the look before sleep. */
export type TurnFault =
  | 'parks without a look for news'
  | 'parks without a look for room'
  | 'forgets to ring for room'
  | 'forgets to ring for records';

const STOPPED = 1000;

/** Reported when a record of a ring is read. */
export const turnReport = (ring: number, sequence: number): number => ring * 100 + sequence;

/** Reported when a thread has stopped: how many records it has sent by a ring. */
export const stopReport = (ring: number, count: number): number =>
  STOPPED + turnReport(ring, count);

/**
 * Holds that all that is sent by a ring is read, in its order.
 * @param count how many records are sent, unless their sender stopped earlier
 * @returns what is wrong
 */
export function judgeRing(
  history: readonly number[],
  ring: number,
  count: number,
): string | undefined {
  const ofRing = (from: number): number[] =>
    history
      .map((report) => report - from - ring * 100)
      .filter((number) => number >= 0 && number < 100);
  const sentCount = ofRing(STOPPED)[0] ?? count;
  const read = ofRing(0).join();
  const expected = Array.from({ length: sentCount }, (_, i) => i).join();
  return read === expected ? undefined : `all sleep, but of ring ${ring} was read: ${read}`;
}
