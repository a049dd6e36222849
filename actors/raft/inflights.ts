/**
 * The appends that are on their way to one follower: the last index and the size of each, in order. A
 * window in messages and bytes. Grows up to the window, so that an idle follower costs nothing.
 */
export class Inflights {
  readonly #maxCount: number;
  readonly #maxBytes: number;
  #indexes: number[] = [];
  #sizes: number[] = [];
  #start = 0;
  #bytes = 0;

  constructor(maxCount: number, maxBytes: number) {
    this.#maxCount = maxCount;
    this.#maxBytes = maxBytes;
  }

  get count(): number {
    return this.#indexes.length - this.#start;
  }

  get isFull(): boolean {
    return this.count >= this.#maxCount || this.#bytes >= this.#maxBytes;
  }

  add(lastIndex: number, bytes: number): void {
    this.#indexes.push(lastIndex);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
  }

  /** All up to this index have arrived. */
  freeTo(index: number): void {
    while (this.#start < this.#indexes.length && this.#indexes[this.#start]! <= index) {
      this.#bytes -= this.#sizes[this.#start]!;
      this.#start++;
    }
    if (this.#start === this.#indexes.length) this.reset();
    else if (this.#start >= this.#maxCount) {
      this.#indexes.splice(0, this.#start);
      this.#sizes.splice(0, this.#start);
      this.#start = 0;
    }
  }

  /** The oldest is taken as lost, so that one more may go. */
  freeFirst(): void {
    if (this.count > 0) this.freeTo(this.#indexes[this.#start]!);
  }

  reset(): void {
    this.#indexes.length = 0;
    this.#sizes.length = 0;
    this.#start = 0;
    this.#bytes = 0;
  }
}
