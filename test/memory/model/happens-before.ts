/**
 * Vector clocks (Lamport 1978, Mattern 1989) and the check for data races that they allow, as in
 * FastTrack (Flanagan and Freund, PLDI 2009).
 *
 * The memory model of ECMAScript makes a program without data races sequentially consistent (Watt et
 * al., "Repairing and mechanising the JavaScript relaxed memory model", PLDI 2020). So it suffices to
 * explore sequentially consistent schedules, and to hold that in none of them a plain access races.
 */
export type Clock = readonly number[];

/** The earliest clock that is after both. */
export function joined(a: Clock, b: Clock): Clock {
  return a.map((time, thread) => Math.max(time, b[thread]!));
}

/** The clock of `thread` after one more release. */
export function ticked(clock: Clock, thread: number): Clock {
  return clock.map((time, index) => (index === thread ? time + 1 : time));
}

/** Nobody has written the word. */
const NOBODY = -1;

/** One plain word: its value, its last writer, and until when each thread has read it. */
export class DataWord {
  readonly value: number;
  readonly writer: number;
  /** The writer's own time when it wrote. */
  readonly wroteAt: number;
  readonly reads: Clock;

  constructor(value: number, writer: number, wroteAt: number, reads: Clock) {
    this.value = value;
    this.writer = writer;
    this.wroteAt = wroteAt;
    this.reads = reads;
  }

  static unwritten(threads: number): DataWord {
    return new DataWord(0, NOBODY, 0, new Array<number>(threads).fill(0));
  }

  /** Why `thread` may not read the word at `clock`, as the end of a sentence. */
  readObjection(clock: Clock, thread: number, nameOf: (thread: number) => string): string | null {
    if (this.writer === NOBODY) return 'which nobody has written';
    if (this.writer === thread || this.wroteAt <= clock[this.writer]!) return null;
    return `which ${nameOf(this.writer)} has written without publishing it`;
  }

  /** Why `thread` may not write the word at `clock`. */
  writeObjection(clock: Clock, thread: number, nameOf: (thread: number) => string): string | null {
    if (this.writer >= 0 && this.writer !== thread && this.wroteAt > clock[this.writer]!) {
      return `which ${nameOf(this.writer)} writes at the same time`;
    }
    const reader = this.reads.findIndex((time, index) => index !== thread && time > clock[index]!);
    return reader < 0 ? null : `which ${nameOf(reader)} may still be reading`;
  }

  readBy(thread: number, clock: Clock): DataWord {
    if (this.reads[thread] === clock[thread]) return this;
    const reads = this.reads.map((time, index) => (index === thread ? clock[thread]! : time));
    return new DataWord(this.value, this.writer, this.wroteAt, reads);
  }

  writtenBy(thread: number, clock: Clock, value: number): DataWord {
    return new DataWord(value, thread, clock[thread]!, this.reads);
  }
}

/**
 * Replaces the times in a state by their ranks, for each thread apart: only their order decides, now
 * and later. What all threads know already counts as one time.
 */
export class Ranks {
  readonly #floor: Clock;
  readonly #ranks: readonly ReadonlyMap<number, number>[];

  constructor(clocks: readonly Clock[], others: readonly Clock[], data: readonly DataWord[]) {
    this.#floor = clocks.map((_, thread) => Math.min(...clocks.map((clock) => clock[thread]!)));
    const times = clocks.map((_, thread) => [this.#floor[thread]!]);
    for (const clock of clocks.concat(others)) {
      for (const [thread, time] of clock.entries()) times[thread]!.push(time);
    }
    for (const { writer, wroteAt, reads } of data) {
      if (writer !== NOBODY) times[writer]!.push(wroteAt);
      for (const [thread, time] of reads.entries()) times[thread]!.push(time);
    }
    this.#ranks = times.map((all, thread) => {
      const above = all.filter((time) => time >= this.#floor[thread]!);
      const sorted = [...new Set(above)].sort((a, b) => a - b);
      return new Map(sorted.map((time, rank) => [time, rank]));
    });
  }

  of(clock: Clock): string {
    return clock.map((time, thread) => this.#rank(thread, time)).join('.');
  }

  ofData({ value, writer, wroteAt, reads }: DataWord): string {
    const written = writer === NOBODY ? '' : this.#rank(writer, wroteAt);
    return `${value}/${written === 0 ? 0 : `${writer}@${written}`}/${this.of(reads)}`;
  }

  #rank(thread: number, time: number): number {
    return this.#ranks[thread]!.get(Math.max(time, this.#floor[thread]!))!;
  }
}
