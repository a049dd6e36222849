import type { TimerWheel } from '../../runtime/index.js';
import type { GroupCore } from './group-core.js';
import type { Member } from './member.js';
import type { Recycling } from './recycling.js';
import type { DeadInfo, StoredMessage } from './stored-message.js';
import type { WriteSet } from './write-set.js';

/** Whatever waits for a time. */
export interface Timed {
  /** Its time has come. */
  expired(time: Time): void;
}

/** The present, given to each step: durations count by `nowMs`, dates by `wallMs`. */
export interface Time {
  /** Monotonic. */
  nowMs: number;
  /** Milliseconds since 1970: for what is stored, never for a duration of this run. */
  wallMs: number;
}

/** What the cores of one shard share: where they put what is to be done. */
export interface CoreHost {
  readonly wheel: TimerWheel<Timed>;
  /** What is over, for what comes. */
  readonly recycling: Recycling;
  /** The present. */
  readonly time: Time;
  /** Monotonic time of its beginning. */
  readonly bornMs: number;
  /** What is to be written with the next transaction. */
  readonly writes: WriteSet;
  /** A number that no group has had: fences deliveries of former groups and of former incarnations. */
  nextEpoch(): number;
  /** A number in `[0, 1)`. */
  random(): number;
  /** A member has something to send in its batch. */
  touched(member: Member): void;
  /** A group has a message and perhaps a consumer for it. */
  stirred(group: GroupCore): void;
  /** A group has something to write about its floor. */
  dirtied(group: GroupCore): void;
  /**
   * Takes a dead letter into the dead-letter stream of a stream.
   * @returns false when there is no room: the message stays where it is
   */
  bury(stream: string, message: StoredMessage, dead: DeadInfo, time: Time): boolean;
}
