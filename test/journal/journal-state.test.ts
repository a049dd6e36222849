import fc from 'fast-check';
import t from 'tap';
import { type Journal, JournalState, START, type Transaction } from '#runtime/index.js';
import { compareKeys } from '#runtime/journal/key-order.js';
import { LmdbJournal } from '#runtime/journal/lmdb/index.js';
import { SortedKeys } from '#runtime/journal/sorted-keys.js';
import { temporaryFolder } from './folders.js';

const streams = fc.constantFrom('a', 'b', 'c');
const keys = fc.constantFrom('k1', 'k2', 'ä', '😀');
const version = fc.integer({ min: 0, max: 6 });

const transactions: fc.Arbitrary<Transaction> = fc.record(
  {
    appends: fc.uniqueArray(
      fc.record(
        {
          stream: streams,
          expected: fc.oneof(
            { weight: 4, arbitrary: fc.constant('any' as const) },
            fc.constantFrom('noStream' as const, 'streamExists' as const),
            version,
          ),
          values: fc.array(fc.integer(), { maxLength: 3 }),
          epoch: version,
        },
        { requiredKeys: ['stream', 'expected', 'values'] },
      ),
      { selector: ({ stream }) => stream, maxLength: 2 },
    ),
    puts: fc.uniqueArray(
      fc.record(
        {
          table: fc.constant('t'),
          key: keys,
          value: fc.option(fc.integer({ max: 3, min: 0 }), { nil: undefined }),
          expected: fc.oneof(
            fc.constantFrom('any' as const, 'absent' as const, 'present' as const),
            fc.record({ equals: fc.integer({ min: 0, max: 3 }) }),
          ),
        },
        { requiredKeys: ['table', 'key', 'value'] },
      ),
      { selector: ({ key }) => key, maxLength: 2 },
    ),
    truncates: fc.uniqueArray(
      fc.record({
        stream: streams,
        before: version,
        tombstone: fc.integer().map((n) => n % 9 === 0),
      }),
      { selector: ({ stream }) => stream, maxLength: 1 },
    ),
  },
  { requiredKeys: [] },
);

/** All that can be seen of a journal with these names. */
async function everything(journal: Pick<Journal, 'read' | 'readAll' | 'head' | 'scan'>) {
  return {
    streams: await Promise.all(
      ['a', 'b', 'c'].map(async (name) => [await journal.head(name), await journal.read(name)]),
    ),
    all: await journal.readAll(START),
    table: await journal.scan('t'),
    backward: await journal.scan('t', { backward: true, limit: 2, from: 'k' }),
  };
}

t.test('a journal on LMDB does what the core in memory does, also when opened again', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 6, arbitrary: transactions }, fc.constant('reopen' as const)), {
        maxLength: 25,
      }),
      async (steps) => {
        const path = temporaryFolder(t);
        const state = new JournalState();
        let journal = await LmdbJournal.open({ path });
        try {
          for (const step of steps) {
            if (step === 'reopen') {
              await journal.close();
              journal = await LmdbJournal.open({ path });
              continue;
            }
            const expected = state.apply(step);
            const result = await journal.transact(step, { durability: 'committed' });
            t.strictSame({ ...result, durability: 0 }, { ...expected, durability: 0 });
          }
          const model = {
            read: async (name: string) => state.read(name),
            readAll: async () => state.readAll(START),
            head: async (name: string) => state.head(name),
            scan: async (table: string, range?: object) => state.scan(table, range),
          };
          t.strictSame(await everything(journal), await everything(model));
        } finally {
          await journal.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});

t.test(
  'keys are in the order of their UTF-8 bytes, through all insertions and removals',
  async (t) => {
    const text = fc.string({ unit: 'binary', maxLength: 4 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other));
        t.equal(Math.sign(compareKeys(one, other)), bytes);
      }),
    );
    const sorted = new SortedKeys([]);
    const model = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 3 }), { minLength: 200, maxLength: 400 }),
        (some) => {
          for (const key of some) {
            if (model.delete(key)) sorted.remove(key);
            else {
              model.add(key);
              sorted.add(key);
            }
          }
          const expected = [...model].sort(compareKeys);
          t.same(sorted.page(undefined, undefined, model.size, false), expected);
          t.same(
            sorted.page('5', 'c', 7, true),
            expected
              .filter((key) => key >= '5' && key < 'c')
              .reverse()
              .slice(0, 7),
          );
        },
      ),
      { numRuns: 30 },
    );
  },
);
