import type { Doorbell } from '../memory/doorbell.js';

/** Committed bytes that are published without waiting for the end of the turn, once a stream has begun. */
const STREAM_BYTES = 4096;
/** The same for what goes beside the ring. */
const ASIDE_BYTES = 128 * 1024;
/** A publication within a turn is so many times as large as the one before, up to that. */
const GROWTH = 4;

/**
 * When a sender shows what it has written before its turn ends. The first record of a turn is shown at once, so that
 * the receiver, if it waits, works while the sender goes on; the next ones in batches that grow, so that a stream
 * pays for few publications. A receiver that sleeps is woken once, for all of the turn: to wake it costs more than
 * it could do meanwhile.
 */
export class PublicationPace {
  readonly #receiver: Doorbell;
  #dueBytes = 0;
  #asideBytes = 0;

  /** @param receiver the doorbell of who is shown it */
  constructor(receiver: Doorbell) {
    this.#receiver = receiver;
  }

  /** Bytes of a record went beside the ring. */
  wentAside(bytes: number): void {
    this.#asideBytes += bytes;
  }

  /** Whether to publish now. @param bytes committed and not published */
  isDue(bytes: number): boolean {
    if (this.#asideBytes >= ASIDE_BYTES) return true;
    if (bytes < this.#dueBytes) return false;
    this.#dueBytes = Math.min(GROWTH * bytes, STREAM_BYTES);
    return bytes >= STREAM_BYTES || !this.#receiver.seemsParked;
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
