import type { Doorbell } from '../../../runtime/memory/doorbell.js';
import { END_OF_RECORDS, type RingConsumer } from '../../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY, type RingProducer } from '../../../runtime/memory/ring-producer.js';
import type { Ticket } from './instruments.js';
import { readRecord, writeRecord } from './record.js';
import { type Parts, REAL_PARTS, type RingArena } from './ring-scenario.js';
import type { Hand, Program } from './thread-code.js';

// Threads as the runtime drives them: turn after turn, each reads what is there and moves on what waits,
// and between them a park that leaves the event loop free. The wish for room comes with the turn, before
// the announcement, and the last look before sleep asks for news and for room alike.

/** A ring as one of its ends knows it: its index, and the bell of the thread at the other end. */
export interface Channel {
  readonly ring: number;
  readonly otherBell: number;
}

/** What one thread reads and sends, and how it parks. */
export interface TurnOptions {
  readonly bell: number;
  readonly reads?: readonly Channel[];
  readonly sends?: readonly (Channel & { readonly lengths: readonly number[] })[];
  /** A timer may end any sleep; the waiter of that sleep is then kept for the next ones. */
  readonly hasTimers?: boolean;
  readonly fault?: TurnFault;
}

/** A step of the park that is left out. */
export type TurnFault =
  | 'parks without a look for news'
  | 'parks without a look for room'
  | 'parks without its announcement'
  | 'forgets to ring for room'
  | 'forgets to ring for records';

/** Reported when a record of a ring is read. */
export const turnReport = (ring: number, sequence: number): number => ring * 100 + sequence;

class Outlet {
  readonly ring: RingProducer;
  readonly bell: Doorbell;
  readonly #lengths: readonly number[];
  /** Records committed so far. */
  sent = 0;

  constructor(ring: RingProducer, bell: Doorbell, lengths: readonly number[]) {
    this.ring = ring;
    this.bell = bell;
    this.#lengths = lengths;
  }

  get isBlocked(): boolean {
    return this.sent < this.#lengths.length;
  }

  /** Moves waiting records into the ring as far as there is room. @returns true when some are left */
  move(): boolean {
    while (this.isBlocked) {
      const length = this.#lengths[this.sent]!;
      const offset = this.ring.open(length);
      if (offset === INSUFFICIENT_CAPACITY) return true;
      writeRecord(this.ring, offset, { sequence: this.sent, length });
      this.ring.commit(offset, length);
      this.sent++;
    }
    return false;
  }
}

interface Inlet {
  readonly index: number;
  readonly ring: RingConsumer;
  readonly bell: Doorbell;
}

class TurnThread {
  readonly #hand: Hand;
  readonly #own: Doorbell;
  readonly #inlets: readonly Inlet[];
  readonly #outlets: readonly Outlet[];
  readonly #hasTimers: boolean;
  readonly #fault: TurnFault | undefined;
  #waiter: Promise<unknown> | null = null;

  constructor(world: RingArena, parts: Parts, hand: Hand, options: TurnOptions) {
    const { bell, reads = [], sends = [], hasTimers = false, fault } = options;
    this.#hand = hand;
    this.#own = world.bell(parts, bell);
    this.#inlets = reads.map(({ ring, otherBell }) => ({
      index: ring,
      ring: hand.watch(world.consumer(parts, ring)),
      bell: world.bell(parts, otherBell),
    }));
    this.#outlets = sends.map(({ ring, otherBell, lengths }) => {
      const producer = hand.watch(world.producer(parts, ring));
      return new Outlet(producer, world.bell(parts, otherBell), lengths);
    });
    this.#hasTimers = hasTimers;
    this.#fault = fault;
  }

  turn(): void {
    for (const inlet of this.#inlets) {
      if (inlet.ring.look()) this.#read(inlet);
      this.#mark(`read ${inlet.index}`);
    }
    for (const [index, outlet] of this.#outlets.entries()) {
      if (outlet.isBlocked) this.#flush(outlet);
      this.#mark(`flushed ${index}`);
    }
  }

  #mark(place: string): void {
    const ticket = (this.#waiter as unknown as Ticket | null)?.number ?? -1;
    this.#hand.mark(place, ticket, ...this.#outlets.map(({ sent }) => sent));
  }

  #read({ index, ring, bell }: Inlet): void {
    for (let at = ring.next(); at !== END_OF_RECORDS; at = ring.next()) {
      this.#hand.report(turnReport(index, readRecord(ring, at)));
    }
    if (ring.release() && this.#fault !== 'forgets to ring for room') bell.ring();
  }

  #flush(outlet: Outlet): void {
    let blocked = outlet.move();
    this.#publish(outlet);
    while (blocked && outlet.ring.wantRoom()) {
      blocked = outlet.move();
      this.#publish(outlet);
    }
  }

  #publish({ ring, bell }: Outlet): void {
    if (ring.publish() && this.#fault !== 'forgets to ring for records') bell.ring();
  }

  get #hasNews(): boolean {
    const looksForNews = this.#fault !== 'parks without a look for news';
    for (const { ring } of this.#inlets) if (looksForNews && ring.look()) return true;
    const looksForRoom = this.#fault !== 'parks without a look for room';
    for (const { isBlocked, ring } of this.#outlets) {
      if (looksForRoom && isBlocked && ring.roomAppeared) return true;
    }
    return false;
  }

  park(): void {
    if (this.#fault !== 'parks without its announcement') this.#own.announce();
    this.#mark('announced');
    if (this.#hasNews || !this.#sleep()) this.#mark('does not sleep');
    this.#own.retract();
    this.#mark('awake');
  }

  /** @returns false when the bell has been rung already */
  #sleep(): boolean {
    this.#waiter ??= this.#own.wait(Number.POSITIVE_INFINITY) ?? null;
    if (this.#waiter === null) return false;
    this.#mark('sleeps');
    if (this.#hasTimers && this.#hand.choose(2) === 1) return true;
    this.#hand.settle(this.#waiter);
    this.#waiter = null;
    return true;
  }
}

/** A thread that goes on for ever: it is asleep when nothing is left to do. */
export function turns(world: RingArena, options: TurnOptions, parts = REAL_PARTS): Program {
  return (hand) => {
    const thread = new TurnThread(world, parts, hand, options);
    for (;;) {
      thread.turn();
      thread.park();
    }
  };
}
