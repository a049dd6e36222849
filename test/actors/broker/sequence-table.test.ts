import fc from 'fast-check';
import t from 'tap';
import { SequenceTable } from '#actors/broker/sequence-table.js';

interface Item {
  readonly name: string;
}

function tableOf(seqs: Iterable<number>): SequenceTable<Item> {
  const table = new SequenceTable<Item>();
  for (const seq of seqs) table.set(seq, { name: `${seq}` });
  return table;
}

function names(table: SequenceTable<Item>): string[] {
  return [...table.values()].map(({ name }) => name);
}

function numbers(count: number, step = 1): number[] {
  return Array.from({ length: count }, (_, i) => 1 + i * step);
}

t.test('it holds what a Map would hold after the same steps, in the same order', async () => {
  // Few numbers, so that they meet again; multiples of a power of two, so that they collide; and some above 2 ** 32.
  const seq = fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 40 }).map((n) => n * 2 ** 20),
    fc.integer({ min: 1, max: 40 }).map((n) => n * 2 ** 40 + 1),
  );
  const step = fc.record({ seq, isSet: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
      const table = new SequenceTable<Item>();
      const model = new Map<number, Item>();
      for (const [i, { seq, isSet }] of steps.entries()) {
        if (isSet) {
          const item = { name: `${seq}#${i}` };
          table.set(seq, item);
          model.set(seq, item);
        } else if (table.delete(seq) !== model.delete(seq)) return false;
        if (table.size !== model.size || table.get(seq) !== model.get(seq)) return false;
      }
      const found = [...table.values()];
      const expected = [...model.values()];
      if (found.length !== expected.length) return false;
      if (found.some((item, i) => item !== expected[i])) return false;
      for (const { seq } of steps) if (table.has(seq) !== model.has(seq)) return false;
      return true;
    }),
  );
});

t.test('all of many are found, whatever lies between their numbers', async (t) => {
  for (const step of [1, 100, 256, 4096]) {
    const seqs = numbers(5000, step);
    const table = tableOf(seqs);
    t.ok(
      seqs.every((seq) => table.get(seq)?.name === `${seq}`),
      `step ${step}`,
    );
    t.same(names(table), seqs.map(String));
    for (const seq of seqs.filter((_, i) => i % 3 > 0)) table.delete(seq);
    t.ok(seqs.every((seq, i) => table.has(seq) === (i % 3 === 0)));
  }
});

t.test('items may be taken out while all are read, up to the last one', async (t) => {
  const table = tableOf(numbers(20));
  for (const { name } of table.values()) if (Number(name) % 2 === 0) table.delete(Number(name));
  t.same(names(table), ['1', '3', '5', '7', '9', '11', '13', '15', '17', '19']);
  table.visitAll(({ name }) => {
    if (Number(name) > 5) table.delete(Number(name));
  });
  t.same(names(table), ['1', '3', '5']);
  for (const { name } of table.values()) table.delete(Number(name));
  t.equal(table.size, 0);
  t.same(names(table), []);
});

t.test('who reads it is told when items got other places meanwhile', async (t) => {
  const grown = tableOf(numbers(8));
  t.throws(
    () => {
      for (const { name } of grown.values()) grown.set(Number(name) + 100, { name });
    },
    { message: /while it was read/ },
  );
  t.throws(
    () => {
      const table = tableOf(numbers(8));
      table.visitAll(({ name }) => table.set(Number(name) + 100, { name }));
    },
    { message: /while it was read/ },
  );
  const replaced = tableOf([1]);
  t.throws(
    () => {
      for (const { name } of replaced.values()) {
        replaced.delete(Number(name));
        replaced.set(2, { name: '2' });
      }
    },
    { message: /while it was read/ },
  );
});

t.test(
  'its places follow what it holds, and what comes and goes needs no more of them',
  async (t) => {
    const table = new SequenceTable<Item>();
    const least = table.places;
    for (let seq = 1; seq < 10_000; seq++) {
      table.set(seq, { name: '' });
      table.delete(seq);
    }
    t.equal(table.places, least, 'one at a time');
    for (let seq = 1; seq < 10_000; seq++) {
      table.set(seq, { name: '' });
      if (seq > 3) table.delete(seq - 3);
    }
    t.equal(table.places, least, 'three at a time, never empty');
    for (const seq of numbers(10_000, 7)) table.set(seq + 20_000, { name: '' });
    t.ok(table.places >= 10_000);
    for (const seq of numbers(10_000, 7)) table.delete(seq + 20_000);
    for (let seq = 200_000; seq < 300_000; seq++) {
      table.set(seq, { name: '' });
      table.delete(seq - 3);
    }
    t.ok(table.places <= 64, `${table.places} places for three`);
  },
);
