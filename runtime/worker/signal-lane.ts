import { type ChannelSizes, signalRingOffset } from '../memory/channel-descriptor.js';
import type { Region } from '../memory/region.js';
import { RingProducer } from '../memory/ring-producer.js';
import { EnvelopeClass, parcelIndex, payloadOffset } from '../ref/envelope-descriptor.js';
import { OverflowQueue, type WaitingRecord } from './overflow-queue.js';
import type { ParcelSender } from './parcels.js';
import { drainOverflow, writeWhole } from './ring-writer.js';

/**
 * The sending end of the system lane of one channel: a small ring of its own and an unbounded queue
 * behind it, so that no user traffic and no full ring can hold a signal back or drop it. A signal with
 * attachments for a thread that is not there yet, or is being replaced, waits until there is a port to it.
 */
export class SignalLane {
  readonly #ring: RingProducer;
  readonly #overflow = new OverflowQueue(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  readonly #serial: number;
  #unposted: WaitingRecord[] = [];

  /** @param serial of this thread, for fragments */
  constructor(channel: SharedArrayBuffer, sizes: ChannelSizes, serial: number) {
    const { signalRingBytes, checksums } = sizes;
    this.#ring = new RingProducer(channel, signalRingOffset(), signalRingBytes, checksums);
    this.#serial = serial;
  }

  /** Signals that wait for room. */
  get length(): number {
    return this.#overflow.length;
  }

  /** Writes the record at the start of `region` into the ring. @returns false when it must wait */
  write(region: Region, length: number): boolean {
    return this.#overflow.length === 0 && writeWhole(this.#ring, region, length);
  }

  /** Puts a signal behind those that wait, and moves on what fits. */
  push(record: WaitingRecord): void {
    this.#overflow.push(record);
    if (record.unposted !== null) this.#unposted.push(record);
    this.drain();
  }

  /** There is a port now: posts what waits for one. @returns true when something did */
  post(parcels: ParcelSender): boolean {
    const records = this.#unposted;
    this.#unposted = [];
    const index = parcelIndex(payloadOffset(EnvelopeClass.SIGNAL));
    for (const record of records) {
      const { buffer, byteOffset } = record.bytes;
      const words = new Int32Array(buffer, byteOffset, index + 2);
      words[index] = parcels.post(record.unposted!, []);
      words[index + 1] = parcels.connection;
      record.unposted = null;
    }
    return records.length > 0;
  }

  /** @returns true when none waits any more */
  drain(): boolean {
    return drainOverflow(this.#ring, this.#overflow, this.#serial, () => {});
  }

  get unpublishedBytes(): number {
    return this.#ring.unpublishedBytes;
  }

  /** @returns true when there was something new */
  publish(): boolean {
    return this.#ring.publish();
  }

  /** As of the ring: asks for a bell when room is made. */
  wantRoom(): boolean {
    return this.#ring.wantRoom();
  }

  get roomAppeared(): boolean {
    return this.#ring.roomAppeared;
  }

  /** True when the receiver has read all that was published. */
  get drained(): boolean {
    return this.#ring.drained;
  }
}
