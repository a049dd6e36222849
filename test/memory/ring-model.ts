import assert from 'node:assert/strict';
import { align8 } from '../../runtime/base/bits.js';
import { END_OF_RECORDS, RingConsumer } from '../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY, RingProducer } from '../../runtime/memory/ring-producer.js';
import { CAPACITY, Ring, type Seen } from './ring-rig.js';

/** One step of a random run. `length` counts only where a record is written. */
export interface Step {
  readonly do: (typeof STEPS)[number];
  readonly length: number;
}

export const STEPS = [
  'commit',
  'open',
  'publish',
  'look',
  'next',
  'release',
  'wantRoom',
  'discard',
  'new producer',
  'new consumer',
] as const;

interface Item extends Seen {
  readonly span: number;
  readonly isPadding: boolean;
}

/**
 * A ring as an array of items, with counts instead of positions, beside the real one. Each step does
 * the same to both and compares what both answer.
 */
export class RingModel {
  readonly #ring: Ring;
  readonly #start: number;
  /** Everything committed since the start, padding included. */
  readonly #items: Item[] = [];
  #published = 0;
  #seen = 0;
  #read = 0;
  #released = 0;
  /** What was released when the producer was last refused; null: it was given room since. */
  #refusedAt: number | null = null;
  #roomWanted = false;
  #nextFill = 1;

  constructor(start: number) {
    this.#start = start;
    this.#ring = new Ring({ start });
  }

  step(step: Step): void {
    const { producer, consumer } = this.#ring;
    switch (step.do) {
      case 'commit':
        this.#commit(step.length);
        break;
      case 'open':
        this.#open(step.length);
        break;
      case 'publish':
        assert.equal(producer.publish(), this.#published !== this.#items.length);
        this.#published = this.#items.length;
        break;
      case 'look':
        this.#seen = this.#published;
        assert.equal(consumer.look(), this.#seen !== this.#read);
        break;
      case 'next':
        this.#next();
        break;
      case 'release':
        this.#release();
        break;
      case 'wantRoom':
        this.#wantRoom();
        break;
      case 'discard':
        assert.equal(consumer.discard(), this.#bytes(this.#read, this.#published));
        this.#read = this.#published;
        this.#seen = this.#published;
        break;
      case 'new producer':
        this.#items.length = this.#published;
        this.#refusedAt = null;
        this.#ring.producer = new RingProducer(this.#ring.memory, 0, CAPACITY);
        break;
      case 'new consumer':
        this.#read = this.#released;
        this.#seen = this.#released;
        this.#ring.consumer = new RingConsumer(this.#ring.memory, 0, CAPACITY);
        break;
    }
  }

  /** What must hold between any two steps. */
  check(): void {
    const { producer, consumer } = this.#ring;
    assert.equal(producer.unpublishedBytes, this.#bytes(this.#published, this.#items.length));
    assert.equal(producer.drained, this.#released === this.#published);
    assert.equal(consumer.pending, this.#read !== this.#seen);
  }

  /** Publishes and reads everything that is left. */
  drain(): void {
    this.step({ do: 'publish', length: 0 });
    this.step({ do: 'look', length: 0 });
    while (this.#read !== this.#seen) this.#next();
    this.#release();
    assert.ok(this.#ring.producer.drained);
  }

  #bytes(from: number, to: number): number {
    return this.#items.slice(from, to).reduce((sum, item) => sum + item.span, 0);
  }

  /** Where a record of `span` bytes goes by the rules, and the padding before it; -1 for nowhere. */
  #place(span: number): { offset: number; padding: number } {
    const tail = this.#start + this.#bytes(0, this.#items.length);
    const free = CAPACITY - this.#bytes(this.#released, this.#items.length);
    const offset = tail % CAPACITY;
    const untilEnd = CAPACITY - offset;
    if (span <= Math.min(free, untilEnd)) return { offset, padding: 0 };
    if (span <= free - untilEnd) return { offset: 0, padding: untilEnd };
    return { offset: INSUFFICIENT_CAPACITY, padding: 0 };
  }

  #open(length: number): number {
    const { producer } = this.#ring;
    const { offset, padding } = this.#place(align8(length));
    if (padding > 0) this.#items.push({ length: 0, fill: 0, span: padding, isPadding: true });
    assert.equal(producer.open(length), offset);
    if (offset === INSUFFICIENT_CAPACITY) {
      this.#refusedAt = this.#released;
      return offset;
    }
    this.#refusedAt = null;
    assert.ok(producer.limit - offset >= length && producer.limit <= CAPACITY);
    // The whole stretch is the caller's: scribbling over it must not hurt any record.
    producer.region.bytes.fill(0xee, offset, producer.limit);
    return offset;
  }

  #commit(length: number): void {
    const offset = this.#open(length);
    if (offset === INSUFFICIENT_CAPACITY) return;
    const fill = this.#nextFill++ & 0xff;
    this.#ring.write(offset, length, fill);
    this.#ring.producer.commit(offset, length);
    this.#items.push({ length, fill, span: align8(length), isPadding: false });
  }

  #next(): void {
    while (this.#read < this.#seen && this.#items[this.#read]!.isPadding) this.#read++;
    const offset = this.#ring.consumer.next();
    if (this.#read === this.#seen) {
      assert.equal(offset, END_OF_RECORDS);
      return;
    }
    const { length, fill } = this.#items[this.#read++]!;
    assert.deepEqual(this.#ring.read(offset), { length, fill });
  }

  /** After a refusal the answer is exact; without one there is nothing to wait for. */
  #wantRoom(): void {
    const appeared = this.#ring.producer.wantRoom();
    if (this.#refusedAt !== null) {
      assert.equal(appeared, this.#refusedAt !== this.#released);
      this.#refusedAt = this.#released;
    }
    this.#roomWanted = true;
  }

  #release(): void {
    const gives = this.#read !== this.#released;
    assert.equal(this.#ring.consumer.release(), gives && this.#roomWanted);
    if (gives) this.#roomWanted = false;
    this.#released = this.#read;
  }
}
