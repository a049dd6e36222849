import type { Mutation } from './mutants.js';

/** Reasons that the search gives: somebody sleeps over a record or over room. */
export const ASLEEP = /sleeps for ever|is never read/;
/** Something is read before it is written. */
export const EARLY = /nobody has written|without publishing it|torn record|may still be reading/;
/** Something is overwritten before it is read. */
export const OVERWRITTEN =
  /may still be reading|without publishing it|at the same time|torn record/;

/** A fault, where it is planted, and the reason by which it must be found. */
export type Mutant = readonly [title: string, mutation: Mutation, reason: RegExp];

const STORE_TAIL = 'Atomics.store(this.#positions, TAIL_OFFSET >> 2, this.#tail);';
const STORE_HEAD = 'Atomics.store(this.#positions, HEAD_OFFSET >> 2, this.#head);';
const STORE_WISH = 'Atomics.store(this.#positions, ROOM_WANTED_OFFSET >> 2, 1);';
const LOAD_HEAD = 'const head = Atomics.load(this.#positions, HEAD_OFFSET >> 2);';
const NOTIFY = 'Atomics.notify(this.#words, this.#index);';
const COMMIT_TAIL = 'this.#tail = (this.#tail + align8(lengthBytes) + this.#sealLength) | 0;';
const COMMIT_WORDS = 'const { i32 } = this.region;';
const COMMIT_LENGTH = 'i32[lengthIndex(offset)] = lengthBytes;';
const PAD_KIND = 'this.region.i32[kindIndex(offset)] = packKind(RecordKind.PADDING, 0, 0);';

/** Faults of the writing end. */
export const PRODUCER_MUTANTS: readonly Mutant[] = [
  [
    'publishes a record before its length',
    {
      file: 'ring-producer',
      edits: [
        [`${COMMIT_WORDS}\n        ${COMMIT_LENGTH}`, COMMIT_WORDS],
        [COMMIT_TAIL, `${COMMIT_TAIL} this.publish(); ${COMMIT_LENGTH}`],
      ],
    },
    EARLY,
  ],
  ['publishes without Atomics', plain(STORE_TAIL), /goes to tail without Atomics/],
  [
    'stores nothing when it publishes',
    { file: 'ring-producer', edits: [[STORE_TAIL, '']] },
    ASLEEP,
  ],
  [
    'takes all the data for free',
    {
      file: 'ring-producer',
      edits: [['const contiguous = Math.min(free, ', 'const contiguous = Math.min(Infinity, ']],
    },
    OVERWRITTEN,
  ],
  [
    'pads over records that are not read yet',
    {
      file: 'ring-producer',
      edits: [['free < untilEnd || free - untilEnd < minimumBytes', 'free < untilEnd']],
    },
    OVERWRITTEN,
  ],
  [
    'leaves padding without its kind',
    { file: 'ring-producer', edits: [[PAD_KIND, '']] },
    /nobody has written|torn record|InvariantError|was not published/,
  ],
  [
    'notes its wish for room after it has looked for some',
    {
      file: 'ring-producer',
      edits: [
        [STORE_WISH, ''],
        [LOAD_HEAD, `${LOAD_HEAD} ${STORE_WISH}`],
      ],
    },
    ASLEEP,
  ],
  ['does not note its wish', { file: 'ring-producer', edits: [[STORE_WISH, '']] }, ASLEEP],
  [
    'refreshes its copy of the head neither when it looks for room nor when it wishes for some',
    {
      file: 'ring-producer',
      edits: [
        [
          'this.#headCache = Atomics.load(this.#positions, HEAD_OFFSET >> 2);\n        const free',
          'const free',
        ],
        ['this.#headCache = head;', ''],
      ],
    },
    /go round for ever/,
  ],
  [
    'begins at the head, when it takes up a ring',
    {
      file: 'ring-producer',
      edits: [
        [
          'this.#tail = Atomics.load(this.#positions, TAIL_OFFSET >> 2);',
          'this.#tail = Atomics.load(this.#positions, HEAD_OFFSET >> 2);',
        ],
      ],
    },
    /./,
  ],
];

function plain(store: string): Mutation {
  const [, place, value] = /Atomics\.store\(this\.#positions, (.*), (.*)\);/.exec(store)!;
  return { file: 'ring-producer', edits: [[store, `this.#positions[${place}] = ${value};`]] };
}

const WISH_SEEN = 'if (Atomics.load(this.#positions, ROOM_WANTED_OFFSET >> 2) === 0)';
/** Faults of the reading end. */
export const CONSUMER_MUTANTS: readonly Mutant[] = [
  [
    'looks for a wish before it gives room back',
    {
      file: 'ring-consumer',
      edits: [
        [STORE_HEAD, 'const wish = Atomics.load(this.#positions, ROOM_WANTED_OFFSET >> 2);'],
        [WISH_SEEN, `${STORE_HEAD} if (wish === 0)`],
      ],
    },
    ASLEEP,
  ],
  [
    'takes the wish back before it gives room back',
    {
      file: 'ring-consumer',
      edits: [
        [
          STORE_HEAD,
          'const wish = Atomics.compareExchange(this.#positions, ROOM_WANTED_OFFSET >> 2, 1, 0);',
        ],
        [WISH_SEEN, `${STORE_HEAD} if (wish === 0)`],
      ],
    },
    ASLEEP,
  ],
  [
    'gives back all it has seen, read or not',
    {
      file: 'ring-consumer',
      edits: [[STORE_HEAD, STORE_HEAD.replace('this.#head', 'this.#seen')]],
    },
    OVERWRITTEN,
  ],
  ['never gives room back', { file: 'ring-consumer', edits: [[STORE_HEAD, '']] }, ASLEEP],
  ['does not skip padding', { file: 'ring-consumer', edits: [['=== PADDING', '< 0']] }, /./],
  [
    'reads one record more than it has seen',
    { file: 'ring-consumer', edits: [['head !== seen) {', 'seen >= 0) {']] },
    /./,
  ],
  [
    'begins at the tail, when it takes up a ring',
    {
      file: 'ring-consumer',
      edits: [
        [
          'this.#head = Atomics.load(this.#positions, HEAD_OFFSET >> 2);',
          'this.#head = Atomics.load(this.#positions, TAIL_OFFSET >> 2);',
        ],
      ],
    },
    /is never read|was read, not|sleeps for ever/,
  ],
];

const RETURN_TRUE = `${NOTIFY}\n        return true;`;
const EXCHANGE = 'const before = Atomics.compareExchange(';
/** Faults of the doorbell. */
export const BELL_MUTANTS: readonly Mutant[] = [
  [
    'notifies and leaves the word as it was',
    {
      file: 'doorbell',
      edits: [['DoorbellState.PARKED, DoorbellState.AWAKE)', 'DoorbellState.PARKED, 1)']],
    },
    ASLEEP,
  ],
  ['does not notify', { file: 'doorbell', edits: [[NOTIFY, '']] }, ASLEEP],
  [
    'notifies before it changes the word',
    {
      file: 'doorbell',
      edits: [
        [RETURN_TRUE, 'return true;'],
        [EXCHANGE, `${NOTIFY} ${EXCHANGE}`],
      ],
    },
    ASLEEP,
  ],
  [
    'announces without Atomics',
    {
      file: 'doorbell',
      edits: [
        [
          'Atomics.store(this.#words, this.#index, DoorbellState.PARKED);',
          'this.#words[this.#index] = DoorbellState.PARKED;',
        ],
      ],
    },
    /goes to bell of \w+ without Atomics/,
  ],
  [
    'looks at the word without Atomics',
    {
      file: 'doorbell',
      edits: [
        [
          'if (Atomics.load(this.#words, this.#index) !== DoorbellState.PARKED)',
          'if (this.#words[this.#index] !== DoorbellState.PARKED)',
        ],
      ],
    },
    /goes to bell of \w+ without Atomics/,
  ],
];
