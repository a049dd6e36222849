/** What is sent in the benches of `tell`, made fresh for each message. */

/** D2: a small object as programs send them. */
export interface SensorReading {
  readonly id: number;
  readonly value: number;
  readonly name: string;
}

/** The messages that carry the loads between actors: each is an object with a `type`. */
export type IncMessage = { readonly type: 'inc'; readonly n: number };
export type ReadingMessage = { readonly type: 'inc' } & SensorReading;
export type BytesMessage = {
  readonly type: 'bytes';
  readonly bytes: Uint8Array;
};

export const READING_VALUE = 1.5;
const READING_NAME = 'sensor-17';

/** A: adds 1, as the peers' counters do. */
export function makeOne(): IncMessage {
  return { type: 'inc', n: 1 };
}

/** D and E: the integer `i`. */
export function makeInt(i: number): IncMessage {
  return { type: 'inc', n: i };
}

/** D2. */
export function makeReading(i: number): ReadingMessage {
  return { type: 'inc', id: i, value: READING_VALUE, name: READING_NAME };
}

/** D3: fresh bytes, of which the first is 1 and the second, if there is one, depends on `i`. */
export function makeBytes(i: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  bytes[0] = 1;
  bytes[1] = i;
  return bytes;
}

export function makeBytesMessage(i: number, sizeBytes: number): BytesMessage {
  return { type: 'bytes', bytes: makeBytes(i, sizeBytes) };
}

/** D3 as Node's own code makes short-lived buffers: out of its pool. */
export function makePooledMessage(i: number, sizeBytes: number): BytesMessage {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  bytes[0] = 1;
  bytes[1] = i;
  return { type: 'bytes', bytes };
}

/** The name of a load. */
export type LoadName = 'one' | 'int' | 'reading' | 'bytes';

/** What the receiver must have added up after `count` messages, numbered from 0. */
export function expectedSum(load: LoadName, count: number): number {
  switch (load) {
    case 'int':
      return (count * (count - 1)) / 2;
    case 'reading':
      return count * READING_VALUE;
    case 'one':
    case 'bytes':
      return count;
  }
}
