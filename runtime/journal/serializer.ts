/** Turns a value into bytes and back: what comes back equals what went in, or `encode` refuses it. */
export interface Serializer {
  /**
   * The bytes of a value, after so many that are left to the caller; their content is undefined.
   * @throws {TroupeError} ERR_JOURNAL_VALUE naming the part that cannot be stored
   */
  encode(value: unknown, roomBytes?: number): Buffer;
  /** @throws {Error} when the bytes are none of `encode`'s */
  decode(bytes: Uint8Array): unknown;
}
