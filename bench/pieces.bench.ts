import { deepStrictEqual } from 'node:assert/strict';
import Benchmark from 'benchmark';
import type { Bench, Contest, Figure, Scale, Subject } from './harness.js';
import {
  arrayPiece,
  copyPiece,
  keyedTimeoutPiece,
  keyedWheelPiece,
  mailboxPiece,
  type Piece,
  ringPiece,
  timeoutPiece,
  wheelPiece,
} from './pieces.js';
import { codecPieces, SAMPLE_NAMES, samplePieces } from './pieces-codec.js';

/** How long benchmark.js takes samples, in one round of one piece. */
const SAMPLING = {
  full: { maxTime: 0.25, minSamples: 5 },
  smoke: { maxTime: 0.002, minTime: 0.001, minSamples: 1 },
} as const;

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
    const benchmark = new Benchmark(this.name, () => once(), SAMPLING[this.#scale]);
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

type Pieces = Readonly<Record<string, Piece>>;

function contest(name: string, pieces: Pieces, scale: Scale): Contest {
  const subjects = Object.entries(pieces).map(
    ([subject, piece]) => new PieceSubject(subject, piece, scale),
  );
  return { bench: `pieces.${name}`, subjects };
}

/** Both ways in one, then each for itself, for each kind of message. */
function codecContests(scale: Scale): Contest[] {
  return SAMPLE_NAMES.flatMap((name) => {
    const { both, encode, decode } = samplePieces(name);
    return [
      contest(`codec.${name}`, both, scale),
      contest(`encode.${name}`, encode, scale),
      contest(`decode.${name}`, decode, scale),
    ];
  });
}

/** Single-thread parts of the runtime beside what Node has for the same purpose. */
export const bench: Bench = {
  contests: (scale) => [
    contest('codec', codecPieces(), scale),
    ...codecContests(scale),
    contest('mailbox', { troupe: mailboxPiece(), array: arrayPiece() }, scale),
    contest('ring', { troupe: ringPiece(), copy: copyPiece() }, scale),
    contest('timer', { troupe: wheelPiece(), setTimeout: timeoutPiece() }, scale),
    contest('wheel', { troupe: keyedWheelPiece(), setTimeout: keyedTimeoutPiece() }, scale),
  ],
};
