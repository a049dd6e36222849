import { type Clock, ManualClock } from '../../../runtime/base/clock.js';
import type { Doorbell } from '../../../runtime/memory/doorbell.js';
import { END_OF_RECORDS, type RingConsumer } from '../../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY, type RingProducer } from '../../../runtime/memory/ring-producer.js';
import type { Turnable } from '../../../runtime/worker/thread-loop.js';
import type { ModelEventLoop } from './model-event-loop.js';
import { readRecord, writeRecord } from './record.js';
import type { Parts, RingArena } from './ring-scenario.js';
import type { Hand } from './thread-code.js';
import { type TurnFault, type TurnOptions, turnReport } from './turn-options.js';

class Outlet {
  readonly ring: RingProducer;
  readonly bell: Doorbell;
  readonly #lengths: readonly number[];
  /** Records that the thread has been given to send. */
  given: number;
  /** Records committed so far. */
  sent = 0;
  /** Something was given since the last flush. */
  isDirty: boolean;

  constructor(ring: RingProducer, bell: Doorbell, lengths: readonly number[], given: number) {
    this.ring = ring;
    this.bell = bell;
    this.#lengths = lengths;
    this.given = given;
    this.isDirty = given > 0;
  }

  get isBlocked(): boolean {
    return this.sent < this.given;
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

/** A millisecond passes from one reading to the next. */
class TickingClock implements Clock {
  #nowMs = 0;

  now(): number {
    return ++this.#nowMs;
  }
}

interface Inlet {
  readonly index: number;
  readonly ring: RingConsumer;
  readonly bell: Doorbell;
}

/**
 * What the loop of a thread drives: each turn reads what is there and moves on what waits. The wish for
 * room comes with the turn, and the look before sleep asks for news and for room alike.
 */
export class TurnTarget implements Turnable {
  readonly clock: Clock;
  readonly idleMs: number;
  readonly #hand: Hand;
  readonly #events: ModelEventLoop;
  readonly #own: Doorbell | null;
  readonly #inlets: readonly Inlet[];
  readonly #outlets: readonly Outlet[];
  readonly #fault: TurnFault | undefined;
  /** Records read so far, from all rings. */
  #readCount = 0;
  /** The cheap look finds nothing until the next turn. */
  #isBlind = false;
  readonly #polls: boolean;
  isStopped = false;

  constructor(
    world: RingArena,
    parts: Parts,
    hand: Hand,
    events: ModelEventLoop,
    options: TurnOptions,
  ) {
    const { bell, reads = [], sends = [], isGiven = false, fault } = options;
    this.#hand = hand;
    this.#events = events;
    this.#polls = options.polls === true;
    this.clock = options.polls ? new TickingClock() : new ManualClock();
    this.idleMs = options.hasTimers ? 1 : Number.POSITIVE_INFINITY;
    this.#own = options.checksBell ? world.bell(parts, bell) : null;
    this.#inlets = reads.map(({ ring, otherBell }) => ({
      index: ring,
      ring: hand.watch(world.consumer(parts, ring)),
      bell: world.bell(parts, otherBell),
    }));
    this.#outlets = sends.map(({ ring, otherBell, lengths }) => {
      const producer = hand.watch(world.producer(parts, ring));
      const given = isGiven ? 0 : lengths.length;
      return new Outlet(producer, world.bell(parts, otherBell), lengths, given);
    });
    this.#fault = fault;
  }

  /** Gives the next record of a ring to send. */
  give(outlet: number): void {
    this.#outlets[outlet]!.given++;
    this.#outlets[outlet]!.isDirty = true;
  }

  /** Records committed so far, by outlet. */
  get sent(): readonly number[] {
    return this.#outlets.map(({ sent }) => sent);
  }

  /** Whether all that was given is sent, and so many records are read. */
  isDone(readCount: number): boolean {
    return this.#readCount >= readCount && !this.#outlets.some(({ isBlocked }) => isBlocked);
  }

  turn(): boolean {
    if (this.isStopped) throw new Error('a turn begins after the stop');
    if (this.#own?.parked) throw new Error('a turn begins under an announced bell');
    if (this.#polls) this.#isBlind = this.#hand.choose(2) === 1;
    const before = this.#readCount;
    for (const inlet of this.#inlets) {
      if (inlet.ring.look()) this.#read(inlet);
      this.mark(`read ${inlet.index} ${this.#readCount > before}`);
    }
    this.flush();
    return this.#readCount > before;
  }

  /** Says that from here on the thread is determined by this place and what it holds. */
  mark(place: string): void {
    const outlets = this.#outlets.flatMap(({ sent, given, isDirty }) => [sent, given, +isDirty]);
    this.#hand.mark(
      `${place} ${this.#events.place}`,
      this.#readCount,
      +this.isStopped,
      +this.#isBlind,
      ...outlets,
    );
  }

  #read({ index, ring, bell }: Inlet): void {
    for (let at = ring.next(); at !== END_OF_RECORDS; at = ring.next()) {
      this.#hand.report(turnReport(index, readRecord(ring, at)));
      this.#readCount++;
    }
    if (ring.release() && this.#fault !== 'forgets to ring for room') bell.ring();
  }

  /** Publishes what was given, as far as there is room. */
  flush(): void {
    for (const outlet of this.#outlets) {
      if (outlet.isBlocked || outlet.isDirty) this.#flush(outlet);
    }
  }

  #flush(outlet: Outlet): void {
    outlet.isDirty = false;
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

  get hasWork(): boolean {
    const looksForNews = this.#fault !== 'parks without a look for news';
    for (const { ring } of this.#inlets) if (looksForNews && ring.look()) return true;
    const looksForRoom = this.#fault !== 'parks without a look for room';
    for (const { isBlocked, ring } of this.#outlets) {
      if (looksForRoom && isBlocked && ring.roomAppeared) return true;
    }
    return this.#outlets.some(({ isDirty }) => isDirty);
  }

  /** By plain loads, which can miss anything: the search decides, for each turn, whether they show what comes after it. */
  get seemsToHaveNews(): boolean {
    return !this.#isBlind && this.hasWork;
  }

  parked(): void {}
}
