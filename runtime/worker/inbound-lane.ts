import type { RingConsumer } from '../memory/ring-consumer.js';
import { Reassembly } from './reassembly.js';

/** Room is given back at least so often while a full ring is read. */
const RELEASES_PER_LAP = 8;

/** One ring of a channel, as it is read. */
export class InboundLane {
  readonly ring: RingConsumer;
  readonly reassembly = new Reassembly();
  /** What cannot be read here was a user's message, as far as nothing else is known. */
  readonly hasMessages: boolean;
  /** So much may have been read before room is given back. */
  readonly keptBytes: number;

  constructor(ring: RingConsumer, hasMessages: boolean) {
    this.ring = ring;
    this.hasMessages = hasMessages;
    this.keptBytes = (ring.capacityBytes / RELEASES_PER_LAP) | 0;
  }
}
