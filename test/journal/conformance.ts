import type { Test } from 'tap';
import { type Journal, START, type TransactionResult } from '#runtime/index.js';
import { assertTroupeError, rejection } from '../support/errors.js';

/** What the suite has to know of a store. */
export interface Store {
  /** Opens an empty journal; the suite closes it. */
  readonly open: () => Promise<Journal>;
}

type Case = (t: Test, journal: Journal) => Promise<void>;

/** Holds what every journal promises, each line against an empty one of its own. */
export async function conformance(t: Test, store: Store): Promise<void> {
  for (const [name, run] of Object.entries({ ...APPENDS, ...READS, ...TABLES, ...TOGETHER })) {
    await t.test(name, async (t) => {
      const journal = await store.open();
      try {
        await run(t, journal);
      } finally {
        await journal.close();
      }
    });
  }
}

/** Appends values to a stream, whatever its version. */
export function append(
  journal: Journal,
  stream: string,
  ...values: readonly unknown[]
): Promise<TransactionResult> {
  return journal.transact({ appends: [{ stream, expected: 'any', values }] });
}

const values = (records: readonly { readonly value: unknown }[]): unknown[] =>
  records.map(({ value }) => value);

const kindOf = (result: TransactionResult): string => (result.ok ? 'ok' : result.conflict.kind);

const APPENDS: Readonly<Record<string, Case>> = {
  'versions count from 1 without a gap, for each stream by itself': async (t, journal) => {
    const first = await append(journal, 'a', 'x', 'y');
    const second = await append(journal, 'b', 'z');
    const third = await append(journal, 'a', 'w');
    t.same(
      [first, second, third].map((result) => result.ok && result.versions),
      [[2], [1], [3]],
    );
    const records = await journal.read('a');
    t.same(
      records.map(({ stream, version, value }) => [stream, version, value]),
      [
        ['a', 1, 'x'],
        ['a', 2, 'y'],
        ['a', 3, 'w'],
      ],
    );
  },
  'a result says how safe it is, and where its last record lies': async (t, journal) => {
    const result = await append(journal, 'a', 'x', 'y');
    t.equal(result.ok && result.durability, journal.durability);
    const records = await journal.read('a');
    t.equal(result.ok && result.position, records[1]!.position);
    const put = await journal.transact({ puts: [{ table: 't', key: 'k', value: 1 }] });
    t.equal(put.ok && put.position, records[1]!.position, 'that of the last commit before it');
  },
  'each expectation holds for just the versions it names': async (t, journal) => {
    const allowed = {
      0: ['any', 'noStream', 0],
      2: ['any', 'streamExists', 2],
    } as const;
    await append(journal, 'two', 1, 2);
    for (const [version, stream] of [
      [0, 'none'],
      [2, 'two'],
    ] as const) {
      for (const expected of ['any', 'noStream', 'streamExists', 0, 1, 2, 3] as const) {
        const result = await journal.transact({ appends: [{ stream, expected, values: [] }] });
        const holds = (allowed[version] as readonly unknown[]).includes(expected);
        t.equal(kindOf(result), holds ? 'ok' : 'version', `${stream}, expected ${expected}`);
        if (!result.ok && result.conflict.kind !== 'value') {
          t.equal(result.conflict.actual.version, version);
        }
      }
    }
    t.equal((await journal.head('none')).version, 0, 'and an append of nothing writes nothing');
  },
  'of two appends that expect the same version one is refused': async (t, journal) => {
    const write = (value: string): Promise<TransactionResult> =>
      journal.transact({ appends: [{ stream: 'a', expected: 'noStream', values: [value] }] });
    const results = await Promise.all([write('x'), write('y'), write('z')]);
    t.same(results.map(kindOf), ['ok', 'version', 'version'], 'in the order of the calls');
    t.same(values(await journal.read('a')), ['x']);
  },
  'an epoch fences those with a lower one, and those without are not checked': async (
    t,
    journal,
  ) => {
    const write = (epoch?: number): Promise<TransactionResult> =>
      journal.transact({
        appends: [
          { stream: 'a', expected: 'any', values: [1], ...(epoch === undefined ? {} : { epoch }) },
        ],
      });
    t.same(
      [await write(), await write(2), await write(2), await write(1), await write(3)].map(kindOf),
      ['ok', 'ok', 'ok', 'epoch', 'ok'],
    );
    t.same([await write(2), await write()].map(kindOf), ['epoch', 'ok']);
    t.equal((await journal.head('a')).epoch, 3);
    await journal.transact({ appends: [{ stream: 'b', expected: 'any', values: [], epoch: 7 }] });
    t.same(await journal.head('b'), { version: 0, first: 1, epoch: 7, isTombstoned: false });
  },
  'truncated records are gone, and versions go on': async (t, journal) => {
    await append(journal, 'a', 1, 2, 3, 4);
    await journal.transact({ truncates: [{ stream: 'a', before: 3 }] });
    t.same(values(await journal.read('a')), [3, 4]);
    t.same(values(await journal.readAll(START)), [3, 4]);
    await journal.transact({ truncates: [{ stream: 'a', before: 2 }] });
    t.same(await journal.head('a'), { version: 4, first: 3, epoch: 0, isTombstoned: false });
    await journal.transact({ truncates: [{ stream: 'a', before: 99 }] });
    t.same(await journal.head('a'), { version: 4, first: 5, epoch: 0, isTombstoned: false });
    t.same(await journal.read('a'), []);
    const next = await journal.transact({
      appends: [{ stream: 'a', expected: 4, values: [5] }],
    });
    t.same(next.ok && next.versions, [5]);
    t.same(values(await journal.read('a')), [5]);
    t.same(values(await journal.readAll(START)), [5]);
  },
  'a tombstone refuses every append, for ever': async (t, journal) => {
    await append(journal, 'a', 1, 2);
    for (const stream of ['a', 'never-written']) {
      await journal.transact({ truncates: [{ stream, before: 2, tombstone: true }] });
      for (const some of [['x'], []])
        t.equal(kindOf(await append(journal, stream, ...some)), 'tombstone');
      await journal.transact({ truncates: [{ stream, before: 0, tombstone: false }] });
      t.equal((await journal.head(stream)).isTombstoned, true);
    }
    t.same(values(await journal.read('a')), [2], 'what was not truncated can be read');
  },
  'a stream can be appended to and truncated at once': async (t, journal) => {
    await append(journal, 'a', 1, 2);
    await journal.transact({
      appends: [{ stream: 'a', expected: 2, values: [3] }],
      truncates: [{ stream: 'a', before: 3 }],
    });
    t.same(values(await journal.read('a')), [3]);
    t.same(await journal.head('a'), { version: 3, first: 3, epoch: 0, isTombstoned: false });
  },
};

const READS: Readonly<Record<string, Case>> = {
  'pages of a stream, forward and backward, cover it': async (t, journal) => {
    await append(journal, 'a', ...Array.from({ length: 10 }, (_, i) => i + 1));
    const page = async (range: object): Promise<unknown[]> =>
      values(await journal.read('a', range));
    t.same(await page({ limit: 3 }), [1, 2, 3]);
    t.same(await page({ from: 9, limit: 3 }), [9, 10]);
    t.same(await page({ from: 11 }), []);
    t.same(await page({ from: 0, limit: 1 }), [1]);
    t.same(await page({ backward: true, limit: 3 }), [10, 9, 8]);
    t.same(await page({ backward: true, from: 2, limit: 3 }), [2, 1]);
    t.same(await page({ backward: true, from: 99, limit: 1 }), [10]);
    await journal.transact({ truncates: [{ stream: 'a', before: 8 }] });
    t.same(await page({ from: 2, limit: 2 }), [8, 9]);
    t.same(await page({ backward: true, limit: 9 }), [10, 9, 8]);
    t.same(await journal.read('b'), [], 'nor is there anything in another stream');
  },
  'the order over all streams is that of commits, and each record is given once': async (
    t,
    journal,
  ) => {
    for (let i = 0; i < 20; i++) {
      await journal.transact({
        appends: [
          { stream: `s${i % 3}`, expected: 'any', values: [`${i}a`, `${i}b`] },
          { stream: `s${(i + 1) % 3}`, expected: 'any', values: [`${i}c`] },
        ],
      });
    }
    const seen: unknown[] = [];
    let after = START;
    for (;;) {
      const page = await journal.readAll(after, 7);
      if (page.length === 0) break;
      t.ok(page.length <= 7);
      seen.push(...values(page));
      after = page.at(-1)!.position;
    }
    t.same(seen, Array.from({ length: 20 }, (_, i) => [`${i}a`, `${i}b`, `${i}c`]).flat());
    const [first] = await journal.read('s0', { limit: 1 });
    t.same(await journal.readAll(START, 1), [first], 'a record is the same either way');
    await append(journal, 's0', 'late');
    t.same(values(await journal.readAll(after)), ['late'], 'the end of one read begins the next');
  },
  'what was stored is read again, exactly': async (t, journal) => {
    const rich = {
      text: 'ä€😀\u0000',
      numbers: [0, -0, 1.5, -1, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY],
      bigints: [0n, -1n, 2n ** 63n, -(2n ** 63n), 2n ** 64n, 123456789012345678901234567890n],
      date: new Date(1_700_000_000_123),
      map: new Map<unknown, unknown>([
        ['k', 1],
        [2, { deep: new Set([1, 'x']) }],
      ]),
      bytes: new Uint8Array([0, 1, 255]),
      nothing: null,
      missing: undefined,
      nested: [[], {}, [{ a: [undefined] }]],
    };
    const all = [rich, 'text', 1, true, null, -0, 10n ** 40n, [], {}, new Date(0)];
    await append(journal, 'a', ...all);
    const stored = values(await journal.read('a'));
    t.strictSame(stored, all);
    t.ok(Object.is(stored[5], -0), '-0');
    t.ok(Object.is((stored[0] as typeof rich).numbers[1], -0), '-0 in a list');
    const { bytes } = stored[0] as typeof rich;
    t.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype, 'bytes are no Buffer');
    t.ok('missing' in (stored[0] as object), 'a key without a value stays');
  },
  'a large record comes back whole': async (t, journal) => {
    const text = 'troupe '.repeat(200_000);
    await append(journal, 'a', { text }, { text });
    const records = await journal.read('a');
    t.equal(records.length, 2);
    t.ok(records.every(({ value }) => (value as { text: string }).text === text));
  },
  'names of any text are streams of their own': async (t, journal) => {
    const names = ['a', 'a/', 'a/b', 'A', ' a', 'ä', '😀', '\uffff', '%', 'x'.repeat(1024)];
    for (const name of names) await append(journal, name, name);
    for (const name of names) t.same(values(await journal.read(name)), [name]);
  },
  'limits, positions and names out of range are refused': async (t, journal) => {
    const refused = [
      [() => journal.read('a', { limit: 0 }), 'ERR_OPTION'],
      [() => journal.read('a', { from: -1 }), 'ERR_OPTION'],
      [() => journal.readAll(START, 1.5), 'ERR_OPTION'],
      [() => journal.readAll('not a position'), 'ERR_OPTION'],
      [() => journal.scan('t', { limit: Number.NaN }), 'ERR_OPTION'],
      [() => append(journal, '', 1), 'ERR_JOURNAL_TRANSACTION'],
      [() => append(journal, 'a\u0000b', 1), 'ERR_JOURNAL_TRANSACTION'],
      [() => append(journal, '\ud800', 1), 'ERR_JOURNAL_TRANSACTION'],
      [() => append(journal, 'ä'.repeat(600), 1), 'ERR_JOURNAL_TRANSACTION'],
    ] as const;
    for (const [call, code] of refused) assertTroupeError(t, await rejection(call()), code);
    t.same(await journal.readAll(START), []);
  },
};

const TABLES: Readonly<Record<string, Case>> = {
  'a key has the value last put, and none once that is undefined': async (t, journal) => {
    const put = (value: unknown): Promise<TransactionResult> =>
      journal.transact({ puts: [{ table: 't', key: 'k', value }] });
    t.equal(await journal.get('t', 'k'), undefined);
    await put({ a: 1n });
    t.strictSame(await journal.get('t', 'k'), { a: 1n });
    await put(null);
    t.equal(await journal.get('t', 'k'), null, 'null is a value');
    await put(undefined);
    t.equal(await journal.get('t', 'k'), undefined);
    t.same(await journal.scan('t'), []);
  },
  'an expectation of a value is checked': async (t, journal) => {
    const put = (value: unknown, expected: object | 'absent' | 'present'): Promise<string> =>
      journal
        .transact({ puts: [{ table: 't', key: 'k', value, expected: expected as 'absent' }] })
        .then(kindOf);
    t.equal(await put(1, 'present'), 'value');
    t.equal(await put({ n: [1, 2] }, 'absent'), 'ok');
    t.equal(await put(2, 'absent'), 'value');
    t.equal(await put(2, { equals: { n: [1, 3] } }), 'value');
    const refused = await journal.transact({
      puts: [{ table: 't', key: 'k', value: 2, expected: 'absent' }],
    });
    t.same(refused, {
      ok: false,
      conflict: { kind: 'value', table: 't', key: 'k', actual: { n: [1, 2] } },
    });
    t.equal(await put(new Map([['m', 0]]), { equals: { n: [1, 2] } }), 'ok');
    t.equal(await put(3, { equals: new Map([['m', -0]]) }), 'value', '-0 is not 0');
    t.equal(await put(3, { equals: new Map([['m', 0]]) }), 'ok');
    t.equal(await put(undefined, 'present'), 'ok');
    t.equal(await put(1, { equals: undefined }), 'ok', 'no value equals undefined');
  },
  'keys are scanned in the order of their bytes': async (t, journal) => {
    const keys = ['b', 'a', 'a/1', 'a/10', 'a/2', 'B', 'ä', '\uffff', '😀', 'a\u0000', 'a\u0000b'];
    await journal.transact({ puts: keys.map((key) => ({ table: 't', key, value: `=${key}` })) });
    await journal.transact({ puts: [{ table: 't2', key: 'other', value: 1 }] });
    const sorted = keys.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
    const scan = async (range?: object): Promise<string[]> =>
      (await journal.scan('t', range)).map(({ key }) => key);
    t.same(await scan(), sorted);
    t.same(await scan({ backward: true }), sorted.toReversed());
    t.same(await scan({ from: 'a/', to: 'a0' }), ['a/1', 'a/10', 'a/2']);
    t.same(await scan({ from: 'a/', to: 'a0', backward: true, limit: 2 }), ['a/2', 'a/10']);
    t.same(await scan({ from: 'a/1', limit: 1 }), ['a/1'], 'from is inclusive');
    t.same(await scan({ to: 'a' }), ['B'], 'to is exclusive');
    t.same(await scan({ from: 'x', to: 'b' }), []);
    t.same(await journal.scan('t', { from: 'ä', limit: 1 }), [{ key: 'ä', value: '=ä' }]);
    await journal.transact({
      puts: [
        { table: 't', key: 'a', value: undefined },
        { table: 't', key: 'aa', value: 0 },
      ],
    });
    t.same(await scan({ to: 'b' }), ['B', 'a\u0000', 'a\u0000b', 'a/1', 'a/10', 'a/2', 'aa']);
    t.same(await journal.scan('no such table'), []);
  },
  'a table can be scanned page by page while it holds thousands': async (t, journal) => {
    const keys = Array.from(
      { length: 2500 },
      (_, i) => `k${String((i * 7919) % 2500).padStart(5, '0')}`,
    );
    await journal.transact({ puts: keys.map((key, value) => ({ table: 't', key, value })) });
    const seen: string[] = [];
    for (let from = ''; ; ) {
      const page = await journal.scan('t', { ...(from === '' ? {} : { from }), limit: 300 });
      if (page.length === 0) break;
      seen.push(...page.map(({ key }) => key));
      from = `${page.at(-1)!.key}\u0000`;
    }
    t.same(seen, keys.toSorted());
  },
};

const TOGETHER: Readonly<Record<string, Case>> = {
  'a transaction is written as a whole or not at all': async (t, journal) => {
    const write = (key: string, version: number): Promise<TransactionResult> =>
      journal.transact({
        appends: [
          { stream: 'events', expected: 'any', values: ['e'] },
          { stream: 'outbox', expected: version, values: ['m'] },
        ],
        puts: [{ table: 'seen', key, value: true, expected: 'absent' }],
        truncates: [{ stream: 'old', before: 9 }],
      });
    await append(journal, 'old', 1);
    const whole = await write('one', 0);
    t.same(whole.ok && whole.versions, [1, 1]);
    await append(journal, 'old', 2);
    t.equal(kindOf(await write('two', 0)), 'version');
    t.equal(kindOf(await write('one', 1)), 'value');
    t.equal((await journal.head('events')).version, 1);
    t.equal((await journal.head('outbox')).version, 1);
    t.equal(await journal.get('seen', 'two'), undefined);
    t.same(values(await journal.read('old')), [2], 'nor was anything truncated');
  },
  'what is malformed is refused, and writes nothing': async (t, journal) => {
    const ok = { stream: 'a', expected: 'any', values: [1] } as const;
    const bad: readonly object[] = [
      { appends: [ok, { ...ok, expected: -1 }] },
      { appends: [ok, { ...ok, stream: 'b', expected: 'toString' }] },
      { appends: [ok, ok] },
      { appends: Array.from({ length: 20 }, (_, i) => ({ ...ok, stream: `s${i % 19}` })) },
      { appends: [{ ...ok, values: 'text' }] },
      { appends: [{ ...ok, epoch: 0.5 }] },
      { appends: [null] },
      { appends: [ok], puts: [{ table: '', key: 'k', value: 1 }] },
      { appends: [ok], puts: [{ table: 't', key: 'k', value: 1, expected: {} }] },
      {
        appends: [ok],
        puts: [
          { table: 't', key: 'k' },
          { table: 't', key: 'k' },
        ],
      },
      { appends: [ok], truncates: [{ stream: 'a', before: Number.NaN }] },
      { appends: [ok], truncates: [{ stream: 'a', before: 1, tombstone: 1 }] },
    ];
    for (const transaction of bad) {
      const error = await rejection(journal.transact(transaction));
      assertTroupeError(t, error, 'ERR_JOURNAL_TRANSACTION');
    }
    t.same(await journal.readAll(START), []);
    t.equal((await journal.transact({})).ok, true, 'an empty one is well-formed');
  },
  'what is malformed is refused for a stream that is there, too': async (t, journal) => {
    const ok = { stream: 'a', expected: 'any', values: [1] } as const;
    await journal.transact({ appends: [ok] });
    const bad: readonly object[] = [
      { appends: [{ ...ok, expect: 1 }] },
      { appends: [{ epochs: 1, ...ok }] },
      { appends: [ok], append: [] },
      { puts: [], trunctates: [], appends: [ok] },
      { appends: [{ ...ok, expected: -1 }] },
      { appends: [{ ...ok, expected: 'toString' }] },
      { appends: [{ ...ok, values: 'text' }] },
      { appends: [{ ...ok, epoch: 0.5 }] },
      { appends: [{ ...ok, epoch: -1 }] },
    ];
    for (const transaction of bad) {
      const error = await rejection(journal.transact(transaction));
      assertTroupeError(t, error, 'ERR_JOURNAL_TRANSACTION');
    }
    t.equal((await journal.head('a')).version, 1);
    const orders = [
      { values: [2], epoch: 4, stream: 'a', expected: 1 },
      { epoch: 4, expected: 2, stream: 'a', values: [3] },
    ] as const;
    for (const order of orders) {
      t.equal(
        (await journal.transact({ appends: [order] })).ok,
        true,
        'in any order of its fields',
      );
    }
  },
  'many at once are applied in the order of the calls': async (t, journal) => {
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        journal.transact({
          appends: [{ stream: `s${i % 7}`, expected: Math.floor(i / 7), values: [i] }],
          puts: [
            {
              table: 't',
              key: 'last',
              value: i,
              ...(i === 0 ? {} : { expected: { equals: i - 1 } }),
            },
          ],
        }),
      ),
    );
    t.ok(results.every(({ ok }) => ok));
    t.same(
      values(await journal.readAll(START)),
      Array.from({ length: 200 }, (_, i) => i),
    );
    const positions = results.map((result) => (result.ok ? result.position : ''));
    t.equal(new Set(positions).size, 200, 'each with a position of its own');
  },
  'listeners hear of a commit, and once ended no more': async (t, journal) => {
    let heard = 0;
    let called: () => void = () => {};
    const next = (): Promise<void> =>
      new Promise((resolve) => {
        called = resolve;
      });
    const end = journal.onCommit(() => {
      heard++;
      called();
    });
    const first = next();
    await append(journal, 'a', 1);
    await first;
    end();
    const before = heard;
    await append(journal, 'a', 2);
    await journal.flush();
    t.equal(heard, before);
  },
  'a closed journal refuses every call': async (t, journal) => {
    const late = append(journal, 'a', 1);
    await journal.close();
    t.equal((await late).ok, true, 'what was under way is done');
    for (const call of [
      () => append(journal, 'a', 1),
      () => journal.read('a'),
      () => journal.readAll(START),
      () => journal.head('a'),
      () => journal.get('t', 'k'),
      () => journal.scan('t'),
      () => journal.flush(),
    ]) {
      assertTroupeError(t, await rejection(call()), 'ERR_JOURNAL_CLOSED');
    }
    await journal.close();
  },
};
