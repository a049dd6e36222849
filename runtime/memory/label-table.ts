/** What a full table answers; label 0 is also what an idle thread shows. */
export const NO_LABEL = 0;

const COUNT_WORD = 0;
const USED_WORD = 1;
const ENTRIES_OFFSET = 8;
const LENGTH_BYTES = 2;
const MAX_LABEL_BYTES = 255;

/**
 * Names by number, in shared memory: a thread that is stuck in a handler cannot be asked what it
 * does, but its running labels can be read. One writer appends, anybody reads. Labels count from 1.
 *
 * ```
 *  +--------------------+--------------------+
 *  |  Count (i32)       |  Used bytes (i32)  |  +0
 *  +---------+----------+--------------------+
 *  | Len u16 | utf-8 bytes ... next entry    |  +8
 *  +---------+-------------------------------+
 * ```
 * The writer stores an entry's bytes, then the count by `Atomics.store`.
 */
export class LabelTable {
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  readonly #known = new Map<string, number>();

  constructor(memory: SharedArrayBuffer, byteOffset: number, byteLength: number) {
    this.#words = new Int32Array(memory, byteOffset, 2);
    this.#bytes = Buffer.from(memory as unknown as ArrayBuffer, byteOffset, byteLength);
  }

  /** Forgets everything: a new thread takes the table over. @thread owner */
  reset(): void {
    Atomics.store(this.#words, COUNT_WORD, 0);
    Atomics.store(this.#words, USED_WORD, 0);
    this.#known.clear();
  }

  /** The number of a name, given at its first use. {@link NO_LABEL} when full. @thread owner */
  label(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const bytes = Buffer.from(name, 'utf8').subarray(0, MAX_LABEL_BYTES);
    const offset = ENTRIES_OFFSET + this.#words[USED_WORD]!;
    if (offset + LENGTH_BYTES + bytes.length > this.#bytes.length) return NO_LABEL;
    this.#bytes.writeUInt16LE(bytes.length, offset);
    this.#bytes.set(bytes, offset + LENGTH_BYTES);
    Atomics.add(this.#words, USED_WORD, LENGTH_BYTES + bytes.length);
    const label = Atomics.add(this.#words, COUNT_WORD, 1) + 1;
    this.#known.set(name, label);
    return label;
  }

  /**
   * The name of a number, or undefined. Never throws: while another thread takes the table over, the
   * entries can change under the reader, who then gets a wrong name or none.
   * @thread any
   */
  name(label: number): string | undefined {
    if (label <= 0 || label > Atomics.load(this.#words, COUNT_WORD)) return undefined;
    const last = this.#bytes.length - LENGTH_BYTES;
    let offset = ENTRIES_OFFSET;
    for (let i = 1; i < label && offset <= last; i++) {
      offset += LENGTH_BYTES + this.#bytes.readUInt16LE(offset);
    }
    if (offset > last) return undefined;
    const length = this.#bytes.readUInt16LE(offset);
    return this.#bytes.toString('utf8', offset + LENGTH_BYTES, offset + LENGTH_BYTES + length);
  }
}
