import { assert } from '../base/assert.js';
import { HEADER_LENGTH, packKind, RecordKind } from '../memory/record-descriptor.js';

/**
 * The bytes of an envelope inside a record of kind ENVELOPE, by its class (low bits of the flags).
 *
 * ```
 *   TELL, SIGNAL                      ASK, SEND
 *  +---------------------------+     +---------------------------+
 *  |  payload              ... | +16 |  row of the asker (u32)   | +16
 *  +---------------------------+     +---------------------------+
 *                                    |  its generation (u32)     | +20
 *   REPLY, FAILURE, ACCEPTED         +---------------------------+
 *  +---------------------------+     |  serial of the asker's    | +24
 *  |  creator word: serial     |     |  thread (u32)             |
 *  |  slot word: row           |     +---------------------------+
 *  |  generation word: its own |     |  the asker's thread (u32) | +28
 *  |  payload              ... | +16 +---------------------------+
 *  +---------------------------+     |  payload              ... | +32
 *                                    +---------------------------+
 * ```
 * With the flag ATTACHED the payload is preceded by 8 bytes: the number of the parcel with its attachments
 * (u32), and the number of the connection (u32) it was sent through. The asker need not be on the thread
 * whose ring this is: asks can be passed on.
 */
export const EnvelopeClass = {
  TELL: 0,
  ASK: 1,
  /** A tell whose sender waits until it lies in the mailbox. */
  SEND: 2,
  REPLY: 3,
  FAILURE: 4,
  /** The answer to SEND. */
  ACCEPTED: 5,
  SIGNAL: 6,
} as const;

export type EnvelopeClass = (typeof EnvelopeClass)[keyof typeof EnvelopeClass];

/** The bits of the flags that hold the class. */
export const CLASS_MASK = 0x07;
/** Flag: attachments travel through the MessagePort of the pair. */
export const ATTACHED = 0x08;

/** The word at `kindIndex` of a told message without attachments, under {@link PLAIN_MASK}. */
export const PLAIN_TELL = packKind(RecordKind.ENVELOPE, EnvelopeClass.TELL, 0);
const PLAIN_ASK = packKind(RecordKind.ENVELOPE, EnvelopeClass.ASK, 0);
const PLAIN_REPLY = packKind(RecordKind.ENVELOPE, EnvelopeClass.REPLY, 0);
/** The bits of that word without the creator. */
export const PLAIN_MASK = 0xffff;

/** True for the word at `kindIndex` of a told message, an ask or a reply without attachments: nearly all records. */
export function isPlain(word: number): boolean {
  const kind = word & PLAIN_MASK;
  return kind === PLAIN_TELL || kind === PLAIN_ASK || kind === PLAIN_REPLY;
}

const ROW_OFFSET = HEADER_LENGTH;
const ROW_GENERATION_OFFSET = HEADER_LENGTH + 4;
const SERIAL_OFFSET = HEADER_LENGTH + 8;
const ASKER_OFFSET = HEADER_LENGTH + 12;
const ASKED_HEADER_LENGTH = HEADER_LENGTH + 16;
/** Bytes before the payload when there are attachments. */
export const ATTACHED_LENGTH = 8;

/** Index of the i32 word with the asker's row of an ASK or SEND at `offset`. */
export const rowIndex = (offset: number): number => (offset + ROW_OFFSET) >> 2;
/** Index of the i32 word with the generation of that row. */
export const rowGenerationIndex = (offset: number): number => (offset + ROW_GENERATION_OFFSET) >> 2;
/** Index of the i32 word with the serial of the asker's thread. */
export const serialIndex = (offset: number): number => (offset + SERIAL_OFFSET) >> 2;

/** Index of the i32 word with the asker's thread. */
export const askerIndex = (offset: number): number => (offset + ASKER_OFFSET) >> 2;

/** Bytes before the payload, attachments not counted. */
export function payloadOffset(envelopeClass: number): number {
  return envelopeClass === EnvelopeClass.ASK || envelopeClass === EnvelopeClass.SEND
    ? ASKED_HEADER_LENGTH
    : HEADER_LENGTH;
}

/** Index of the i32 word with the number of the parcel; the number of the connection follows. */
export const parcelIndex = (payload: number): number => payload >> 2;

assert(ASKED_HEADER_LENGTH % 8 === 0, () => 'payloads must be 8-aligned');
assert(ATTACHED_LENGTH % 8 === 0, () => 'payloads must be 8-aligned');
