import { CircularQueue } from '../mailbox/circular-queue.js';
import type { Address } from '../ref/address.js';

/** An encoded record that waits for room in a ring. */
export class WaitingRecord {
  /** The record from its header on, private to the queue. */
  readonly bytes: Uint8Array;
  /** Bytes that are in the ring already, as fragments. */
  writtenBytes = 0;
  readonly to: Address;
  /** Type of the message, for a dead letter. */
  readonly type: string;
  /** A user message, which counts in the law of conservation; replies and signals do not. */
  readonly isMessage: boolean;
  /** Attachments that wait for a port; what they belong to, and all behind it, waits with them. */
  unposted: readonly unknown[] | null = null;

  constructor(bytes: Uint8Array, to: Address, type: string, isMessage: boolean) {
    this.bytes = bytes;
    this.to = to;
    this.type = type;
    this.isMessage = isMessage;
  }
}

/**
 * What a sender holds back for one ring that is full: in order, and bounded for user messages. One
 * record is always let in, however large, so that a message larger than the bound can pass.
 */
export class OverflowQueue {
  readonly #records = new CircularQueue<WaitingRecord>();
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #bytes = 0;
  #messages = 0;

  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#records.length;
  }

  /** User messages waiting. */
  get messages(): number {
    return this.#messages;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True when a user message of that size may still wait here. */
  hasRoom(bytes: number): boolean {
    if (this.#records.length === 0) return true;
    return this.#messages < this.#maxMessages && this.#bytes + bytes <= this.#maxBytes;
  }

  push(record: WaitingRecord): void {
    this.#records.push(record);
    this.#bytes += record.bytes.length;
    if (record.isMessage) this.#messages++;
  }

  first(): WaitingRecord | undefined {
    return this.#records.peek();
  }

  shift(): void {
    const record = this.#records.shift();
    if (record === undefined) return;
    this.#bytes -= record.bytes.length;
    if (record.isMessage) this.#messages--;
  }

  drain(visit: (record: WaitingRecord) => void): void {
    this.#records.drain(visit);
    this.#bytes = 0;
    this.#messages = 0;
  }
}
