import {
  generationIndex,
  kindIndex,
  packKind,
  RecordKind,
  slotIndex,
} from '../memory/record-descriptor.js';
import type { Region } from '../memory/region.js';
import type { Address } from '../ref/address.js';
import type { ReplyAddress } from '../ref/envelope.js';
import {
  askerIndex,
  type EnvelopeClass,
  rowGenerationIndex,
  rowIndex,
  serialIndex,
} from '../ref/envelope-descriptor.js';

/**
 * Writes all of an envelope but its length and payload.
 * @param flags beside the class
 * @param creator with slot and generation whom it is for: an actor, or for answers a row, by the serial of its thread
 * @param row where an ASK or SEND is answered; null for the others
 */
export function writeHeader(
  region: Region,
  offset: number,
  envelopeClass: EnvelopeClass,
  flags: number,
  creator: number,
  slot: number,
  generation: number,
  row: ReplyAddress | null,
): void {
  const { i32 } = region;
  i32[kindIndex(offset)] = packKind(RecordKind.ENVELOPE, envelopeClass | flags, creator);
  i32[slotIndex(offset)] = slot;
  i32[generationIndex(offset)] = generation;
  if (row === null) return;
  i32[rowIndex(offset)] = row.slot;
  i32[rowGenerationIndex(offset)] = row.generation;
  i32[serialIndex(offset)] = row.serial;
  i32[askerIndex(offset)] = row.thread;
}

/** The same at the start of `region`, for an address. */
export function writeHeaderTo(
  region: Region,
  envelopeClass: EnvelopeClass,
  flags: number,
  { creator, slot, generation }: Address,
  row: ReplyAddress | null,
): void {
  writeHeader(region, 0, envelopeClass, flags, creator, slot, generation, row);
}

/** The row of an asker in the form of an address: the creator is the serial of its thread. */
export function addressOfRow({ thread, serial, slot, generation }: ReplyAddress): Address {
  return { thread, creator: serial, slot, generation };
}
