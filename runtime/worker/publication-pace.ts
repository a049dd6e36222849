/** Committed bytes that are published without waiting for the end of the turn, once a stream has begun. */
const STREAM_BYTES = 4096;
/** The same for what goes beside the ring. */
const ASIDE_BYTES = 128 * 1024;
/** A publication within a turn is so many times as large as the one before, up to that. */
const GROWTH = 4;

/**
 * When a sender shows what it has written before its turn ends. The first record of a turn is shown at once, so that
 * the receiver, if it waits, works while the sender goes on; the next ones in batches that grow, so that a stream
 * pays for few publications.
 */
export class PublicationPace {
  #dueBytes = 0;
  #asideBytes = 0;

  /** Bytes of a record went beside the ring. */
  wentAside(bytes: number): void {
    this.#asideBytes += bytes;
  }

  /** Whether to publish now. @param bytes committed and not published */
  isDue(bytes: number): boolean {
    if (bytes < this.#dueBytes && this.#asideBytes < ASIDE_BYTES) return false;
    this.#dueBytes = Math.min(GROWTH * bytes, STREAM_BYTES);
    return true;
  }

  /** Everything is published. */
  published(): void {
    this.#asideBytes = 0;
  }

  /** Everything is published, and the next record is the first of a turn. */
  turnEnds(): void {
    this.#dueBytes = 0;
  }
}
