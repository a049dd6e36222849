import t from 'tap';
import { MemoryJournal } from '#runtime/index.js';
import { thrown } from '../support/errors.js';
import { append, conformance } from './conformance.js';

t.test('the memory journal keeps the contract', (t) =>
  conformance(t, { open: async () => new MemoryJournal() }),
);

t.test('with freeze, what was stored cannot be changed', async (t) => {
  const journal = new MemoryJournal({ freeze: true });
  const value = { list: [{ n: 1 }], map: new Map([['k', { m: 1 }]]), bytes: new Uint8Array(2) };
  await append(journal, 'a', value);
  t.ok(thrown(() => value.list.push({ n: 2 })) instanceof TypeError);
  t.ok(thrown(() => Object.assign(value.list[0]!, { n: 2 })) instanceof TypeError);
  t.ok(thrown(() => Object.assign(value.map.get('k')!, { m: 2 })) instanceof TypeError);
});

t.test(
  'listeners are called once for many commits of a turn, and not for puts alone',
  async (t) => {
    const journal = new MemoryJournal();
    let heard = 0;
    journal.onCommit(() => heard++);
    for (let i = 0; i < 5; i++) {
      journal.apply({ appends: [{ stream: 'a', expected: i, values: [i] }] });
    }
    t.equal(heard, 0, 'not within the call');
    await new Promise((resolve) => setImmediate(resolve));
    t.equal(heard, 1);
    journal.apply({ puts: [{ table: 't', key: 'k', value: 1 }] });
    await new Promise((resolve) => setImmediate(resolve));
    t.equal(heard, 1);
  },
);

t.test(
  'truncated records leave the memory of a stream that is written and truncated for ever',
  async (t) => {
    const journal = new MemoryJournal();
    for (let i = 1; i <= 20_000; i++) {
      journal.apply({
        appends: [{ stream: 'a', expected: i - 1, values: [i] }],
        truncates: [{ stream: 'a', before: i - 1 }],
      });
    }
    t.same(
      (await journal.read('a')).map(({ version }) => version),
      [19_999, 20_000],
    );
    t.same(
      (await journal.readAll('')).map(({ version, value }) => [version, value]),
      [
        [19_999, 19_999],
        [20_000, 20_000],
      ],
    );
  },
);
