import { deepStrictEqual } from 'node:assert/strict';
import Benchmark from 'benchmark';
import type { Bench, Figure, Scale, Subject } from './harness.js';
import {
  arrayPiece,
  clonePiece,
  codecPiece,
  mailboxPiece,
  type Piece,
  timeoutPiece,
  wheelPiece,
} from './pieces.js';

/** Seconds that benchmark.js takes samples for, in one round of one piece. */
const MAX_TIME_S = { full: 0.5, smoke: 0.02 } as const;
const MIN_SAMPLES = 5;

/** One piece under benchmark.js, which finds out how many calls make a sample. */
class PieceSubject implements Subject {
  readonly name: string;
  readonly #piece: Piece;
  readonly #scale: Scale;

  constructor(name: string, piece: Piece, scale: Scale) {
    this.name = name;
    this.#piece = piece;
    this.#scale = scale;
  }

  async open(): Promise<void> {
    this.#verify();
  }

  async round(): Promise<readonly Figure[]> {
    const { once, perCall } = this.#piece;
    const benchmark = new Benchmark(this.name, () => once(), {
      maxTime: MAX_TIME_S[this.#scale],
      minSamples: MIN_SAMPLES,
    });
    benchmark.run({ async: false });
    if (benchmark.error !== undefined) throw benchmark.error;
    this.#verify();
    return [{ suffix: '', value: benchmark.hz * perCall, unit: 'ops/s' }];
  }

  async close(): Promise<void> {}

  #verify(): void {
    deepStrictEqual(this.#piece.once(), this.#piece.expected);
  }
}

/** Single-thread parts of the runtime beside what Node has for the same purpose. */
export const bench: Bench = {
  contests: (scale) => [
    {
      bench: 'pieces.codec',
      subjects: [
        new PieceSubject('troupe', codecPiece(), scale),
        new PieceSubject('structuredClone', clonePiece(), scale),
      ],
    },
    {
      bench: 'pieces.mailbox',
      subjects: [
        new PieceSubject('troupe', mailboxPiece(), scale),
        new PieceSubject('array', arrayPiece(), scale),
      ],
    },
    {
      bench: 'pieces.timer',
      subjects: [
        new PieceSubject('troupe', wheelPiece(), scale),
        new PieceSubject('setTimeout', timeoutPiece(), scale),
      ],
    },
  ],
};
