import type { Position, StoredRecord } from './journal.js';
import { positionOf, sequenceOf } from './position.js';

/**
 * A record in memory. Its position is a number until somebody reads it: most records are kept for long and read
 * seldom, and a text of its own makes each a tenth larger.
 */
export interface KeptRecord {
  readonly stream: string;
  readonly version: number;
  position: Position | number;
  readonly value: unknown;
}

/** The same records, ready for readers. */
export function handOut(records: KeptRecord[]): StoredRecord[] {
  for (let i = 0; i < records.length; i++) {
    const record = records[i]!;
    if (typeof record.position === 'number') record.position = positionOf(record.position);
  }
  return records as StoredRecord[];
}

/** Where a record stands in the order of commits, from 1. */
export function sequenceIn({ position }: KeptRecord): number {
  return typeof position === 'number' ? position : sequenceOf(position);
}
