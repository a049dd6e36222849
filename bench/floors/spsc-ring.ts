/** Words of a ring's data, a power of two: 1 MiB. */
const DATA_WORDS = 2 ** 18;
const MASK = DATA_WORDS - 1;
const TAIL = 0;
const HEAD = 32;
const DATA = 64;

/** About a millisecond of looking: never reached where each side has a processor. */
const LOOKS = 100_000;

/** Size of the shared memory of one ring. */
export const RING_BYTES = (DATA + DATA_WORDS) * 4;

/**
 * The least that carries words from one thread to another: the sender alone writes the tail, the receiver alone
 * the head, each with a store that the other's load waits for nothing to see. Both keep what they know of the other.
 */
export class SpscRing {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  #tail = 0;
  #head = 0;
  #seen = 0;
  #looks = 0;

  constructor(shared: SharedArrayBuffer) {
    this.words = new Int32Array(shared);
    this.bytes = new Uint8Array(shared);
  }

  /** The sender waits for room for so many words, and publishes what it has while it waits. */
  room(count: number): void {
    while (this.#tail - this.#seen + count > DATA_WORDS) {
      this.publish();
      this.#seen = Atomics.load(this.words, HEAD);
      if (this.#tail - this.#seen + count > DATA_WORDS) this.#giveWay(HEAD);
    }
    this.#looks = 0;
  }

  put(word: number): void {
    this.words[DATA + (this.#tail & MASK)] = word;
    this.#tail++;
  }

  publish(): void {
    Atomics.store(this.words, TAIL, this.#tail);
  }

  /** Words that can be taken; looks at the other side only when there are none. */
  get available(): number {
    if (this.#seen === this.#head) {
      this.#seen = Atomics.load(this.words, TAIL);
      if (this.#seen === this.#head) this.#giveWay(TAIL);
      else this.#looks = 0;
    }
    return this.#seen - this.#head;
  }

  /** The other side may have no processor to go on with: after long looking it is left this one. */
  #giveWay(index: number): void {
    if (++this.#looks < LOOKS) return;
    this.#looks = 0;
    Atomics.wait(this.words, index, this.#seen, 1);
  }

  take(): number {
    const word = this.words[DATA + (this.#head & MASK)]!;
    this.#head++;
    return word;
  }

  /** The receiver gives back what it has taken. */
  free(): void {
    Atomics.store(this.words, HEAD, this.#head);
  }

  /** Copies bytes in whole words behind the tail; they must not wrap. */
  putBytes(from: Uint8Array): void {
    this.bytes.set(from, (DATA + (this.#tail & MASK)) * 4);
    this.#tail += from.length >> 2;
  }

  /** A view of the next bytes, which are taken with it. */
  takeBytes(size: number): Uint8Array {
    const start = (DATA + (this.#head & MASK)) * 4;
    this.#head += size >> 2;
    return this.bytes.subarray(start, start + size);
  }
}
