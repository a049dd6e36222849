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
 * @param row where an ASK or SEND is answered; null for the others
 */
export function writeHeader(
  region: Region,
  offset: number,
  envelopeClass: EnvelopeClass,
  flags: number,
  to: Address,
  row: ReplyAddress | null,
): void {
  const { i32 } = region;
  i32[kindIndex(offset)] = packKind(RecordKind.ENVELOPE, envelopeClass | flags, to.creator);
  i32[slotIndex(offset)] = to.slot;
  i32[generationIndex(offset)] = to.generation;
  if (row === null) return;
  i32[rowIndex(offset)] = row.slot;
  i32[rowGenerationIndex(offset)] = row.generation;
  i32[serialIndex(offset)] = row.serial;
  i32[askerIndex(offset)] = row.thread;
}
