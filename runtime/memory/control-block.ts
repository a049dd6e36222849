import { assert } from '../base/assert.js';
import {
  controlBlockLength,
  counterRowOffset,
  GAUGE_COUNT,
  gaugeIndex,
  HeaderWord,
  LABEL_AREA_BYTES,
  LAYOUT_VERSION,
  labelAreaOffset,
  MAGIC,
  MemberState,
  StatusWord,
  statusIndex,
} from './control-block-descriptor.js';
import { COUNTER_ROW_LENGTH } from './counters.js';
import { Doorbell } from './doorbell.js';
import { LabelTable } from './label-table.js';

const { JOINED } = HeaderWord;

/** The memory that all threads of one system share beside the rings: see the descriptor. */
export class ControlBlock {
  readonly memory: SharedArrayBuffer;
  readonly members: number;
  readonly words: Int32Array;

  private constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.words = new Int32Array(memory);
    this.members = this.words[HeaderWord.MEMBERS]!;
  }

  /** A fresh block for a mesh of `members` threads, the main thread included. */
  static create(members: number): ControlBlock {
    const memory = new SharedArrayBuffer(controlBlockLength(members));
    const words = new Int32Array(memory);
    words[HeaderWord.MAGIC] = MAGIC;
    words[HeaderWord.VERSION] = LAYOUT_VERSION;
    words[HeaderWord.MEMBERS] = members;
    words[HeaderWord.NEXT_SERIAL] = 1;
    return new ControlBlock(memory);
  }

  /** The block as another thread sees it. */
  static attach(memory: SharedArrayBuffer): ControlBlock {
    const words = new Int32Array(memory);
    assert(
      words[HeaderWord.MAGIC] === MAGIC && words[HeaderWord.VERSION] === LAYOUT_VERSION,
      () => 'both threads must run the same version of the package',
    );
    return new ControlBlock(memory);
  }

  doorbell(member: number): Doorbell {
    return new Doorbell(this.words, statusIndex(member, StatusWord.DOORBELL));
  }

  counters(member: number): Float64Array {
    return new Float64Array(
      this.memory,
      counterRowOffset(this.members, member),
      COUNTER_ROW_LENGTH,
    );
  }

  labels(member: number): LabelTable {
    return new LabelTable(this.memory, labelAreaOffset(this.members, member), LABEL_AREA_BYTES);
  }

  status(member: number, word: number): number {
    return Atomics.load(this.words, statusIndex(member, word));
  }

  setStatus(member: number, word: number, value: number): void {
    Atomics.store(this.words, statusIndex(member, word), value);
  }

  /** A thread is about to start as `member`: from now on something may come from it. */
  join(member: number, serial: number): void {
    this.setStatus(member, StatusWord.SERIAL, serial);
    if (this.status(member, StatusWord.JOINED) !== 0) return;
    this.setStatus(member, StatusWord.JOINED, 1);
    Atomics.add(this.words, HeaderWord.JOINED, 1);
  }

  /** How many members have had a thread so far. Grows only. */
  get joinedCount(): number {
    return Atomics.load(this.words, HeaderWord.JOINED);
  }

  /** The same by a plain load, for who looks again and again: may miss one that joins meanwhile. */
  get lastJoinedCount(): number {
    return this.words[JOINED]!;
  }

  hasJoined(member: number): boolean {
    return this.status(member, StatusWord.JOINED) !== 0;
  }

  isRunning(member: number): boolean {
    return this.status(member, StatusWord.STATE) === MemberState.RUNNING;
  }

  /** A number never given before in this system, for a thread about to start. */
  nextSerial(): number {
    return Atomics.add(this.words, HeaderWord.NEXT_SERIAL, 1);
  }

  /** The next turn of the shared round robin. @returns an integer in `[0, count)` */
  nextSpread(count: number): number {
    return (Atomics.add(this.words, HeaderWord.SPREAD, 1) >>> 0) % count;
  }

  /** Takes one of `count` reserved pinned threads. @returns its number, or -1 when all are taken */
  takePinned(count: number): number {
    for (;;) {
      const taken = Atomics.load(this.words, HeaderWord.PINNED_TAKEN);
      const free = ~taken & (count >= 32 ? -1 : (1 << count) - 1);
      if (free === 0) return -1;
      const index = 31 - Math.clz32(free & -free);
      const next = taken | (1 << index);
      if (Atomics.compareExchange(this.words, HeaderWord.PINNED_TAKEN, taken, next) === taken) {
        return index;
      }
    }
  }

  freePinned(index: number): void {
    Atomics.and(this.words, HeaderWord.PINNED_TAKEN, ~(1 << index));
  }

  /** Takes a free gauge, which then stands at 1. @returns its word, or 0 when all are taken */
  claimGauge(): number {
    for (let gauge = 0; gauge < GAUGE_COUNT; gauge++) {
      const word = gaugeIndex(this.members, gauge);
      if (Atomics.compareExchange(this.words, word, 0, 1) === 0) return word;
    }
    return 0;
  }

  releaseGauge(word: number): void {
    Atomics.store(this.words, word, 0);
  }
}
