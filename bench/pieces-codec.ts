import { Decoder } from '#runtime/codec/decoder.js';
import { DictionaryReader, DictionaryWriter } from '#runtime/codec/dictionary.js';
import { Encoder } from '#runtime/codec/encoder.js';
import { Extensions } from '#runtime/codec/extensions.js';
import { Region } from '#runtime/memory/region.js';
import { makeInt, makeReading } from './loads.js';
import type { Piece } from './pieces.js';

const REGION_BYTES = 65_536;
/** Rounds after which shapes are learned and repeated strings go by number. */
const LEARNING_ROUNDS = 8;
const ENTRIES = 8;

/** Messages of one kind, made fresh each time, and how JSON carries them. */
interface Sample {
  readonly make: () => unknown;
  readonly toJson: (message: never) => unknown;
  readonly fromJson: (parsed: never) => unknown;
}

function plain(make: () => unknown): Sample {
  const same = (value: unknown): unknown => value;
  return { make, toJson: same, fromJson: same };
}

function makeNested(): unknown {
  return {
    type: 'order',
    id: 17,
    customer: { name: 'Ada', address: { city: 'London', zip: 'W1' } },
    items: [1, 2, 3, 4].map((n) => ({ sku: `sku-${n}`, count: n, price: n + 0.5 })),
  };
}

interface MapMessage {
  readonly type: 'map';
  readonly map: Map<string, number>;
}

function makeMap(): MapMessage {
  const entries = Array.from({ length: ENTRIES }, (_, i): [string, number] => [`key-${i}`, i]);
  return { type: 'map', map: new Map(entries) };
}

const SAMPLES = {
  int: plain(() => makeInt(7)),
  object: plain(() => makeReading(7)),
  'string-1k': plain(() => ({ type: 'text', text: 'lorem ip'.repeat(128) })),
  nested: plain(makeNested),
  map: {
    make: makeMap,
    toJson: ({ type, map }: MapMessage) => ({ type, map: [...map] }),
    fromJson: ({ type, map }: { type: string; map: [string, number][] }) => ({
      type,
      map: new Map(map),
    }),
  },
} as const satisfies Record<string, Sample>;

type SampleName = keyof typeof SAMPLES;

/** Kinds of messages. */
export const SAMPLE_NAMES = Object.keys(SAMPLES) as readonly SampleName[];

/** An encoder and the decoder that understands it, over shared memory. */
class Pair {
  readonly region = new Region(new SharedArrayBuffer(REGION_BYTES));
  readonly encoder: Encoder;
  readonly decoder: Decoder;

  constructor() {
    const dictionary = new Region(new SharedArrayBuffer(REGION_BYTES));
    const extensions = new Extensions();
    this.encoder = new Encoder({ dictionary: new DictionaryWriter(dictionary), extensions });
    this.decoder = new Decoder({ dictionary: new DictionaryReader(dictionary), extensions });
  }

  /** @returns the end of the message in the region */
  encode(message: unknown): number {
    return this.encoder.encode(message, this.region, 0, this.region.byteLength);
  }

  decode(end: number): unknown {
    return this.decoder.decode(this.region, 0, end);
  }

  /** Encodes and decodes until nothing is new to either. @returns the end of the last message */
  learn(message: unknown): number {
    let end = 0;
    for (let i = 0; i < LEARNING_ROUNDS; i++) {
      end = this.encode(message);
      this.decode(end);
    }
    return end;
  }
}

function piece(once: () => unknown, expected: unknown): Piece {
  return { once, expected, perCall: 1 };
}

/** Makes the object of D2, encodes it into shared memory and decodes it again; by structured clone too. */
export function codecPieces(): Readonly<Record<string, Piece>> {
  const pair = new Pair();
  const expected = makeReading(7);
  return {
    troupe: piece(() => pair.decode(pair.encode(makeReading(7))), expected),
    structuredClone: piece(() => structuredClone(makeReading(7)), expected),
  };
}

/** One message of a kind: there and back, only into bytes, and only out of them. */
export function samplePieces(
  name: SampleName,
): Readonly<Record<'both' | 'encode' | 'decode', Readonly<Record<string, Piece>>>> {
  const { make, toJson, fromJson } = SAMPLES[name] as Sample;
  const message = make();
  const stringify = (): string => JSON.stringify(toJson(message as never));
  const parse = (text: string): unknown => fromJson(JSON.parse(text) as never);
  const both = new Pair();
  const encode = new Pair();
  const decode = new Pair();
  both.learn(message);
  const length = encode.learn(message);
  const end = decode.learn(message);
  const text = stringify();
  return {
    both: {
      troupe: piece(() => both.decode(both.encode(message)), message),
      JSON: piece(() => parse(stringify()), message),
      structuredClone: piece(() => structuredClone(message), message),
    },
    encode: {
      troupe: piece(() => encode.encode(message), length),
      JSON: piece(stringify, text),
    },
    decode: {
      troupe: piece(() => decode.decode(end), message),
      JSON: piece(() => parse(text), message),
    },
  };
}
