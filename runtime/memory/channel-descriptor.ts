import { align8 } from '../base/bits.js';
import { ringLength } from './ring-buffer-descriptor.js';

/**
 * The memory of one channel: everything that one thread writes for one other thread.
 *
 * ```
 *  +--------------------------------------------+
 *  | Signal ring: the system lane               |  small, drained first
 *  +--------------------------------------------+
 *  | User ring: messages, replies               |
 *  +--------------------------------------------+
 *  | Dictionary: shapes and strings learned     |  append-only, see codec/dictionary-descriptor.ts
 *  +--------------------------------------------+
 * ```
 * A channel outlives the threads at its ends. It is reserved for every ordered pair at the start,
 * and the operating system gives it memory page by page at the first touch.
 */
export interface ChannelSizes {
  readonly signalRingBytes: number;
  readonly userRingBytes: number;
  readonly dictionaryBytes: number;
  /** Each record of the rings has a checksum behind it. */
  readonly checksums?: boolean;
}

/** Byte offset of the signal ring in its channel. */
export const signalRingOffset = (): number => 0;
/** Byte offset of the user ring in its channel. */
export const userRingOffset = (sizes: ChannelSizes): number => ringLength(sizes.signalRingBytes);
/** Byte offset of the dictionary in its channel. */
export const dictionaryOffset = (sizes: ChannelSizes): number =>
  userRingOffset(sizes) + ringLength(sizes.userRingBytes);

/** Bytes of a channel. */
export const channelLength = (sizes: ChannelSizes): number =>
  dictionaryOffset(sizes) + align8(sizes.dictionaryBytes);
