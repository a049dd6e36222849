import { Doorbell, DoorbellState } from '../../../runtime/memory/doorbell.js';
import {
  HEAD_OFFSET,
  MIN_CAPACITY_BYTES,
  ROOM_WANTED_OFFSET,
  ringLength,
  TAIL_OFFSET,
} from '../../../runtime/memory/ring-buffer-descriptor.js';
import { RingConsumer } from '../../../runtime/memory/ring-consumer.js';
import { RingProducer } from '../../../runtime/memory/ring-producer.js';
import { ThreadLoop } from '../../../runtime/worker/thread-loop.js';
import { Arena } from './instruments.js';
import type { Scenario } from './scenario.js';

/** The classes under test: the real ones, or a mutant of one of them. */
export interface Parts {
  readonly RingProducer: typeof RingProducer;
  readonly RingConsumer: typeof RingConsumer;
  readonly Doorbell: typeof Doorbell;
  readonly ThreadLoop: typeof ThreadLoop;
}

export const REAL_PARTS: Parts = { RingProducer, RingConsumer, Doorbell, ThreadLoop };

export const CAPACITY = MIN_CAPACITY_BYTES;
/**
 * Records come in multiples of this, and each writes a word in every multiple: the smallest ring that
 * the code makes then has the places of a ring of 64 bytes with records of 8, 16, ... bytes.
 */
export const GRAIN = CAPACITY / 8;
/** Half of the ring: two of these fill it. */
export const HALF = CAPACITY / 2;
export const QUARTER = CAPACITY / 4;

const RING_BYTES = ringLength(CAPACITY);
const BELL_BYTES = 64;

/** Memory with a few rings and doorbells, and names for its atomic words. */
export class RingArena {
  readonly arena: Arena;
  readonly atomics: Scenario['atomics'];
  readonly #ringCount: number;

  /** @param starts where both positions of each ring stand; ring i goes by the name `RING_NAMES[i]` */
  constructor(starts: readonly number[], bellNames: readonly string[]) {
    this.#ringCount = starts.length;
    this.arena = new Arena(starts.length * RING_BYTES + bellNames.length * BELL_BYTES);
    const rings = starts.flatMap((start, index) => {
      const base = index * RING_BYTES;
      const of = starts.length > 1 ? ` of ring ${index}` : '';
      return [
        { word: (base + HEAD_OFFSET) >> 2, name: `head${of}`, value: start | 0 },
        { word: (base + TAIL_OFFSET) >> 2, name: `tail${of}`, value: start | 0 },
        { word: (base + ROOM_WANTED_OFFSET) >> 2, name: `room wanted${of}`, value: 0 },
      ];
    });
    const bells = bellNames.map((name, index) => ({
      word: (starts.length * RING_BYTES + index * BELL_BYTES) >> 2,
      name: `bell of ${name}`,
      value: DoorbellState.AWAKE,
    }));
    this.atomics = [...rings, ...bells];
  }

  producer(parts: Parts, ring = 0): RingProducer {
    return new parts.RingProducer(this.arena.memory, ring * RING_BYTES, CAPACITY);
  }

  consumer(parts: Parts, ring = 0): RingConsumer {
    return new parts.RingConsumer(this.arena.memory, ring * RING_BYTES, CAPACITY);
  }

  bell(parts: Parts, index: number): Doorbell {
    const words = new Int32Array(this.arena.memory);
    return new parts.Doorbell(words, (this.#ringCount * RING_BYTES + index * BELL_BYTES) >> 2);
  }
}
