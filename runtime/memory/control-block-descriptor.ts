import { assert } from '../base/assert.js';
import { COUNTER_ROW_LENGTH } from './counters.js';

/**
 * The bytes that all threads of a system share beside the rings.
 *
 * ```
 *  +------------------------------------------------------------+
 *  | Header, 64 words                                           |  magic, version, members, flags
 *  +------------------------------------------------------------+
 *  | Status of member 0, 64 words of i32                        |
 *  |   word  0  state    1  serial    2  joined                  |  line 0: rarely written
 *  |   word 16  doorbell                                        |  line 1: written by ringers
 *  |   word 32  heartbeat    words 33-35  running actor         |  line 2: written by the owner
 *  |   word 36  label of its kind   37  label of the message    |
 *  |   word 38  load (messages waiting)                         |
 *  +------------------------------------------------------------+
 *  | ... one for each member ...                                |
 *  +------------------------------------------------------------+
 *  | Gauges, 1024 words of i32                                  |  handled counts of routees
 *  +------------------------------------------------------------+
 *  | Counters, one row of f64 for each member                   |
 *  +------------------------------------------------------------+
 *  | Labels, LABEL_AREA_BYTES for each member                   |
 *  +------------------------------------------------------------+
 * ```
 *
 * The first word is {@link MAGIC}; a thread that attaches checks it and the version.
 */
export const MAGIC = 0x54525550;
/** Changes with every change of the layout. */
export const LAYOUT_VERSION = 2;

/** Words of the header. */
export const HEADER_WORDS = 64;
/** Words of one status. */
export const STATUS_WORDS = 64;
/** Gauges of the whole system. */
export const GAUGE_COUNT = 1024;
/** Bytes of one member's labels. */
export const LABEL_AREA_BYTES = 16 * 1024;

/** Index of each header word in the i32 view of the block. */
export const HeaderWord = {
  MAGIC: 0,
  VERSION: 1,
  MEMBERS: 2,
  /** The serial that the next started thread gets. */
  NEXT_SERIAL: 3,
  /** Bits of the reserved pinned threads that are taken. */
  PINNED_TAKEN: 4,
  /** Round robin of `spread`, shared so that all spawners together spread evenly. */
  SPREAD: 5,
  /** Members that have had a thread so far. */
  JOINED: 6,
} as const;

/** Index of each word in the status of a member. */
export const StatusWord = {
  STATE: 0,
  SERIAL: 1,
  /** 1 from the first start of a thread under this index on: before that nothing can come from it. */
  JOINED: 2,
  DOORBELL: 16,
  HEARTBEAT: 32,
  RUNNING_CREATOR: 33,
  RUNNING_SLOT: 34,
  RUNNING_GENERATION: 35,
  RUNNING_KIND: 36,
  RUNNING_TYPE: 37,
  LOAD: 38,
} as const;

/** Life of a member as the others see it. */
export const MemberState = {
  /** No thread; records for it wait in its rings. */
  ABSENT: 0,
  RUNNING: 1,
  /** Killed or crashed; being replaced. */
  DEAD: 2,
} as const;

/** Index of a status word of a member in the i32 view of the block. */
export function statusIndex(member: number, word: number): number {
  return HEADER_WORDS + member * STATUS_WORDS + word;
}

/** Index of a gauge in the i32 view of the block. */
export function gaugeIndex(members: number, gauge: number): number {
  return HEADER_WORDS + members * STATUS_WORDS + gauge;
}

/** Byte offset of a member's row of counters. */
export function counterRowOffset(members: number, member: number): number {
  return gaugeIndex(members, GAUGE_COUNT) * 4 + member * COUNTER_ROW_LENGTH * 8;
}

/** Byte offset of a member's label area. */
export function labelAreaOffset(members: number, member: number): number {
  return counterRowOffset(members, members) + member * LABEL_AREA_BYTES;
}

/** Bytes of the whole block. */
export function controlBlockLength(members: number): number {
  return labelAreaOffset(members, members);
}

assert((HEADER_WORDS * 4) % 64 === 0, () => 'statuses must start on a cache line');
assert((STATUS_WORDS * 4) % 128 === 0, () => 'statuses must not share a line pair');
assert((GAUGE_COUNT * 4) % 64 === 0, () => 'counters must start on a cache line');
