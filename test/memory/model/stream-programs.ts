import type { Doorbell } from '../../../runtime/memory/doorbell.js';
import { END_OF_RECORDS, type RingConsumer } from '../../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY, type RingProducer } from '../../../runtime/memory/ring-producer.js';
import { handledReport, publishedReport, readReport } from './history.js';
import { readRecord, writeRecord } from './record.js';
import type { Parts, RingArena } from './ring-scenario.js';
import type { Hand, Program } from './thread-code.js';

// The two ends of one stream, each a thread of its own that blocks while it sleeps.

export const SENDER = 0;
export const RECEIVER = 1;

/** Steps of the sender that can be left out or done in another order. */
export type SenderFault =
  | 'publishes before it writes'
  | 'rings before it publishes'
  | 'does not ring'
  | 'wishes for room before its announcement'
  | 'does not wish for room'
  | 'sleeps before it publishes';

/** The same for the receiver. */
export type ReceiverFault =
  | 'gives room back before it reads'
  | 'announces after the second look'
  | 'does not look again'
  | 'does not ring for room'
  | 'rings for room before it gives it';

export interface SenderOptions {
  readonly lengths: readonly number[];
  /** Sequence number of the first record. */
  readonly first?: number;
  /** Records in one publication. Default 1. */
  readonly batch?: number;
  readonly fault?: SenderFault | undefined;
}

/** One sending thread while its program runs. */
class Sender {
  readonly ring: RingProducer;
  readonly #own: Doorbell;
  readonly #other: Doorbell;
  readonly #hand: Hand;
  readonly #fault: SenderFault | undefined;
  readonly #first: number;
  /** Records begun so far. */
  #count = 0;
  /** Records committed so far. */
  #committed = 0;

  constructor(world: RingArena, parts: Parts, hand: Hand, options: SenderOptions) {
    this.ring = hand.watch(world.producer(parts));
    this.#hand = hand;
    this.#own = world.bell(parts, SENDER);
    this.#other = world.bell(parts, RECEIVER);
    this.#first = options.first ?? 0;
    this.#fault = options.fault;
  }

  commit(offset: number, length: number): void {
    this.ring.commit(offset, length);
    this.#committed++;
  }

  /** @param place where in the program it is called */
  show(place: string): void {
    this.#show();
    this.#hand.mark(`shown ${place}`, this.#count);
  }

  #show(): void {
    const isEarly = this.#fault === 'rings before it publishes';
    if (isEarly && this.ring.unpublishedBytes > 0) this.#other.ring();
    const shown = this.ring.publish();
    if (shown && this.#committed > 0) {
      this.#hand.report(publishedReport(this.#first + this.#committed - 1));
    }
    if (shown && !isEarly && this.#fault !== 'does not ring') this.#other.ring();
  }

  openFor(length: number): number {
    this.#count++;
    for (;;) {
      this.#hand.mark('open', this.#count);
      const offset = this.ring.open(length);
      if (offset !== INSUFFICIENT_CAPACITY) return offset;
      if (this.#fault !== 'sleeps before it publishes') this.show('for room');
      this.#sleepForRoom();
    }
  }

  #sleepForRoom(): void {
    const wishesFirst = this.#fault === 'wishes for room before its announcement';
    let appeared = wishesFirst && this.ring.wantRoom();
    this.#own.announce();
    this.#hand.mark('announced', this.#count, Number(appeared));
    if (!wishesFirst && this.#fault !== 'does not wish for room') appeared = this.ring.wantRoom();
    this.#hand.mark('wished', this.#count, Number(appeared));
    if (!appeared) this.#own.waitBlocking(Number.POSITIVE_INFINITY);
    this.#hand.mark('woken', this.#count);
    this.#own.retract();
  }
}

/** Sends records of given lengths, waits for room where there is none, and rings the receiver. */
export function sender(world: RingArena, parts: Parts, options: SenderOptions): Program {
  const { lengths, first = 0, batch = 1, fault } = options;
  return (hand) => {
    const self = new Sender(world, parts, hand, options);
    for (const [index, length] of lengths.entries()) {
      const record = { sequence: first + index, length };
      const offset = self.openFor(length);
      const isEarly = fault === 'publishes before it writes';
      if (!isEarly) writeRecord(self.ring, offset, record);
      self.commit(offset, length);
      if (isEarly || (index + 1) % batch === 0) self.show('batch');
      if (isEarly) writeRecord(self.ring, offset, record);
    }
    self.show('last');
  };
}

export interface ReceiverOptions {
  /** The sequence number after which it ends; Infinity for a receiver that serves. */
  readonly last: number;
  /** Gives room back after each record, not only after all that it saw. */
  readonly releasesEach?: boolean;
  /** Before it settles down to read, this many calls of look, next and release in any order. */
  readonly wanders?: number;
  readonly fault?: ReceiverFault | undefined;
}

/** One receiving thread while its program runs. */
class Receiver {
  readonly #hand: Hand;
  readonly #ring: RingConsumer;
  readonly #own: Doorbell;
  readonly #other: Doorbell;
  readonly #fault: ReceiverFault | undefined;
  /** Sequence number of the last record handled. */
  handled = -1;
  /** Read, but not handled yet. */
  #batch: number[] = [];

  constructor(world: RingArena, parts: Parts, hand: Hand, fault: ReceiverFault | undefined) {
    this.#hand = hand;
    this.#ring = hand.watch(world.consumer(parts));
    this.#own = world.bell(parts, RECEIVER);
    this.#other = world.bell(parts, SENDER);
    this.#fault = fault;
  }

  mark(place: string): void {
    this.#hand.mark(place, this.handled, ...this.#batch);
  }

  look(): boolean {
    return this.#ring.look();
  }

  /** @returns true when there was a record */
  next(): boolean {
    const offset = this.#ring.next();
    if (offset === END_OF_RECORDS) return false;
    if (this.#fault === 'gives room back before it reads') this.#release();
    const sequence = readRecord(this.#ring, offset);
    this.#hand.report(readReport(sequence));
    this.#batch.push(sequence);
    return true;
  }

  #release(): void {
    if (this.#fault === 'rings for room before it gives it') {
      this.#other.ring();
      this.#ring.release();
      return;
    }
    if (this.#ring.release() && this.#fault !== 'does not ring for room') this.#other.ring();
  }

  /** Gives room back, then handles what was read. */
  handle(): void {
    this.#release();
    for (const sequence of this.#batch) this.#hand.report(handledReport(sequence));
    this.handled = this.#batch.at(-1) ?? this.handled;
    this.#batch = [];
  }

  park(): void {
    const early = this.#fault === 'announces after the second look' && this.look();
    this.#own.announce();
    const found = this.#fault === undefined || !isAboutLooking(this.#fault) ? this.look() : early;
    this.mark(`looked again, ${found}`);
    if (!found) this.#own.waitBlocking(Number.POSITIVE_INFINITY);
    this.mark('woken');
    this.#own.retract();
    this.mark('retracted');
  }
}

function isAboutLooking(fault: ReceiverFault): boolean {
  return fault === 'announces after the second look' || fault === 'does not look again';
}

/** Reads until the last record has come; sleeps where there is none. */
export function receiver(world: RingArena, parts: Parts, options: ReceiverOptions): Program {
  const { last, releasesEach = false, wanders = 0, fault } = options;
  return (hand) => {
    const self = new Receiver(world, parts, hand, fault);
    for (let i = 0; i < wanders; i++) {
      self.mark(`wanders ${i}`);
      const what = hand.choose(3);
      if (what === 0) self.look();
      else if (what === 1) self.next();
      else self.handle();
    }
    self.handle();
    self.mark('settles down');
    while (self.handled < last) {
      if (!self.look()) self.park();
      while (self.next()) {
        if (!releasesEach) continue;
        self.handle();
        self.mark('handled one');
      }
      self.handle();
      self.mark('handled all');
    }
    if (self.look()) throw new Error('more has come than was sent');
  };
}
