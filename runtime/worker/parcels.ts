import { type MessagePort, receiveMessageOnPort, type Transferable } from 'node:worker_threads';
import { TroupeError } from '../base/errors.js';
import { BufferCopy } from '../codec/buffer-copy.js';
import { CircularQueue } from '../mailbox/circular-queue.js';

/** A buffer of which more is shown goes beside the ring: larger ones fill it faster than it is read. */
const LARGE_BUFFER_BYTES = 32 * 1024;
/** Up to here a buffer waits for room in the ring rather than go beside it: posting costs more than two copies. */
const SMALL_BUFFER_BYTES = 4 * 1024;
/** So many bytes of large buffers are taken from beside the ring before the handlers of their messages run. */
const BATCH_BYTES = 512 * 1024;
/** What a message holds apart from its buffers, so that the last buffer that fits does. */
const REST_OF_MESSAGE_BYTES = 256;

/**
 * The attachments of one record as they are posted: all of them, or one buffer by itself, which costs
 * less. The n-th parcel of a connection has the number n, which stands in its record.
 */
type Parcel = readonly unknown[] | ArrayBuffer;

/** A parcel whose record has not been read. */
interface UnderWay {
  readonly position: number;
  readonly bytes: number;
}

/** Sends what cannot stand in a ring through the MessagePort of the pair. @thread owner */
export class ParcelSender {
  readonly port: MessagePort;
  /** Names the two threads at the ends of the port. */
  readonly connection: number;
  #number = 0;
  /** Parcels whose records the receiver has not read: where their records end, and their bytes. */
  readonly #underWay = new CircularQueue<UnderWay>();
  #bytesUnderWay = 0;

  constructor(port: MessagePort, connection: number) {
    this.port = port;
    this.connection = connection;
  }

  /**
   * Posts the attachments of one record. To be done before the record is published.
   * @returns their number on this connection
   * @throws {TroupeError} ERR_NOT_SENDABLE; nothing has been posted then
   */
  post(attachments: readonly unknown[], transfer: readonly Transferable[]): number {
    const number = (this.#number + 1) | 0;
    try {
      if (attachments.length === 1 && transfer.length === 0) {
        this.#postOne(attachments[0]);
      } else {
        const moved = [...transfer];
        this.port.postMessage(
          attachments.map((each) => unwrapped(each, moved)),
          moved,
        );
      }
    } catch (error) {
      throw new TroupeError('ERR_NOT_SENDABLE', {
        what: `a part of the message cannot be transferred: ${(error as Error).message}`,
        where: 'the transfer list',
        mend: 'list each transferable once, and none that is detached',
        cause: error,
      });
    }
    this.#number = number;
    return number;
  }

  #postOne(attachment: unknown): void {
    if (!(attachment instanceof BufferCopy)) this.port.postMessage([attachment]);
    else {
      const copy = attachment.take();
      this.port.postMessage(copy, [copy]);
    }
  }

  /** The record of a parcel ends at `position` of the ring: its bytes are under way until that is read. */
  sent(position: number, bytes: number): void {
    if (bytes === 0) return;
    this.#underWay.push({ position, bytes });
    this.#bytesUnderWay += bytes;
  }

  /**
   * True when large buffers may go as parcels: the ring bounds what it holds, and this bounds what
   * goes beside it. Beyond `maxBytes` they go through the ring.
   * @param head how far the receiver has read the ring
   */
  hasRoom(head: () => number, maxBytes: number): boolean {
    if (this.#bytesUnderWay === 0) return true;
    const read = head();
    for (let first = this.#underWay.peek(); first !== undefined; first = this.#underWay.peek()) {
      if (((read - first.position) | 0) < 0) break;
      this.#bytesUnderWay -= first.bytes;
      this.#underWay.shift();
    }
    return this.#bytesUnderWay < maxBytes;
  }
}

function unwrapped(attachment: unknown, moved: Transferable[]): unknown {
  if (!(attachment instanceof BufferCopy)) return attachment;
  const copy = attachment.take();
  moved.push(copy);
  return copy;
}

/**
 * Finds the attachments of a record when it is read. Parcels come in the order in which they were posted,
 * records do not: signals overtake messages. @thread owner
 */
export class ParcelReceiver {
  readonly #port: MessagePort;
  readonly #connection: number;
  /** Number of the parcel received last. */
  #number = 0;
  /** Bytes of buffers taken in the present batch of messages. */
  #batchBytes = 0;
  /** Parcels of records that have not been read yet. */
  readonly #early = new Map<number, readonly unknown[]>();

  constructor(port: MessagePort, connection: number) {
    this.#port = port;
    this.#connection = connection;
  }

  beginBatch(): void {
    this.#batchBytes = 0;
  }

  /** True when handlers should run first: buffers that wait long for them make the collector work hard. */
  get isBatchFull(): boolean {
    return this.#batchBytes >= BATCH_BYTES;
  }

  /** False for a later connection, whose port is still to be joined. */
  isUpTo(connection: number): boolean {
    return ((connection - this.#connection) | 0) <= 0;
  }

  /** Never waits: what was published was posted before. @returns undefined when they are lost */
  take(number: number, connection: number): readonly unknown[] | undefined {
    if (connection !== this.#connection) return undefined;
    const early = this.#early.get(number);
    if (early !== undefined) {
      this.#early.delete(number);
      return early;
    }
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: Parcel } | undefined;
      if (received === undefined) return undefined;
      this.#number = (this.#number + 1) | 0;
      const posted = this.#number;
      const { message } = received;
      if (message instanceof ArrayBuffer) this.#batchBytes += message.byteLength;
      const attachments = Array.isArray(message) ? message : [message];
      if (posted === number) return attachments;
      this.#early.set(posted, attachments);
    }
  }
}

/** Bytes of the copies among the attachments of a record. */
export function copiedBytes(attachments: readonly unknown[]): number {
  let bytes = 0;
  for (const each of attachments) if (each instanceof BufferCopy) bytes += each.byteLength;
  return bytes;
}

/** Up to which size a buffer is written into a stretch of the ring: larger ones go beside it. */
export function inlineLimit(stretchBytes: number): number {
  const room = stretchBytes - REST_OF_MESSAGE_BYTES;
  return Math.max(SMALL_BUFFER_BYTES, Math.min(LARGE_BUFFER_BYTES, room));
}
