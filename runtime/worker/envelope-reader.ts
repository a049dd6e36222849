import {
  creatorOf,
  flagsOf,
  generationIndex,
  kindIndex,
  slotIndex,
} from '../memory/record-descriptor.js';
import type { Region } from '../memory/region.js';
import type { Address } from '../ref/address.js';
import type { ReplyAddress } from '../ref/envelope.js';
import {
  ATTACHED,
  askerIndex,
  CLASS_MASK,
  EnvelopeClass,
  rowGenerationIndex,
  rowIndex,
  serialIndex,
} from '../ref/envelope-descriptor.js';

/** What stands in an envelope before its payload. */
export interface EnvelopeHeader {
  readonly envelopeClass: number;
  readonly isAttached: boolean;
  /** The actor, or for answers the row in the ask table: creator is then the serial of the thread. */
  readonly to: Address;
  /** Where an ASK or SEND is answered. */
  readonly row: ReplyAddress | null;
  /** A user message, which counts in the law of conservation; answers and signals do not. */
  readonly isMessage: boolean;
}

/** Reads what `writeHeader` wrote. @param thread on which it is read */
export function readHeader(region: Region, offset: number, thread: number): EnvelopeHeader {
  const { i32 } = region;
  const word = i32[kindIndex(offset)]!;
  const flags = flagsOf(word);
  const envelopeClass = flags & CLASS_MASK;
  const isAsked = envelopeClass === EnvelopeClass.ASK || envelopeClass === EnvelopeClass.SEND;
  return {
    envelopeClass,
    isAttached: (flags & ATTACHED) !== 0,
    to: {
      thread,
      creator: creatorOf(word),
      slot: i32[slotIndex(offset)]!,
      generation: i32[generationIndex(offset)]!,
    },
    row: isAsked ? readRow(region, offset) : null,
    isMessage: isAsked || envelopeClass === EnvelopeClass.TELL,
  };
}

/** Reads where an ASK or SEND is answered. */
export function readRow({ i32 }: Region, offset: number): ReplyAddress {
  return {
    thread: i32[askerIndex(offset)]!,
    serial: i32[serialIndex(offset)]!,
    slot: i32[rowIndex(offset)]!,
    generation: i32[rowGenerationIndex(offset)]!,
  };
}
